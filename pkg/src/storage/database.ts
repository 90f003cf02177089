// One connection per database and page, opened when it is first needed and again when the browser has closed it.
import { within } from "./deadline.js";
import { answerOf } from "./transaction.js";

/** What is where in them for each account, the layouts know. Whatever stands there may have been written by other code. */
const STORES: readonly string[] = ["rows", "meta", "outbox"];
const VERSION = 3;
const OPENING_MS = 5_000;

const connections = new Map<string, Promise<IDBDatabase>>();

/** The connection to the database of this name; rejects where there is none within five seconds. */
export function connect(name: string): Promise<IDBDatabase> {
  const known = connections.get(name);
  if (known !== undefined) return known;
  const opening = open(name);
  connections.set(name, opening);
  opening.catch(() => {
    disconnect(name, opening);
  });
  return opening;
}

/** Closes the connection, so that the next use opens another one. */
export function disconnect(name: string, only?: Promise<IDBDatabase>): void {
  const known = connections.get(name);
  if (known === undefined || (only !== undefined && only !== known)) return;
  connections.delete(name);
  known.then(
    (database) => {
      database.close();
    },
    () => undefined,
  );
}

const watchers = new Map<string, Set<() => void>>();
const losses = new WeakMap<IDBDatabase, string>();

/** Calls `listener` when the browser, or another tab, has closed the connection to this database. */
export function onDisconnect(name: string, listener: () => void): () => void {
  const all = watchers.get(name) ?? new Set();
  watchers.set(name, all.add(listener));
  return () => all.delete(listener);
}

/** Why the browser had to make this database anew, where it says so: Chromium does, of damaged files. */
export function dataLossOf(database: IDBDatabase): string | undefined {
  return losses.get(database);
}

async function open(name: string): Promise<IDBDatabase> {
  let tooLate = false;
  const gone = (): void => {
    disconnect(name);
    for (const listener of [...(watchers.get(name) ?? [])]) listener();
  };
  const request = indexedDB.open(name, VERSION);
  request.addEventListener("upgradeneeded", (event) => {
    const { result: database } = request;
    const { dataLoss, dataLossMessage } = event as { dataLoss?: string; dataLossMessage?: string };
    if (dataLoss === "total") losses.set(database, `the browser found its files damaged: ${dataLossMessage ?? "it does not say how"}`);
    for (const store of STORES) if (!database.objectStoreNames.contains(store)) database.createObjectStore(store);
  });
  const opening = answerOf(request);
  opening.then(
    (database) => {
      if (tooLate) database.close(); // nobody waits for it any more, but it would block other tabs
      // Another tab upgrades or deletes the database: holding on would block it.
      database.addEventListener("versionchange", gone);
      database.addEventListener("close", gone);
    },
    () => undefined,
  );
  return within(OPENING_MS, opening, () => {
    tooLate = true;
    return new DOMException("the database did not open; another tab may hold it", "TimeoutError");
  });
}
