// Chromium keeps all databases of a site in one LevelDB. A browser that dies in the middle of a write leaves a part of an entry
// at the end of LevelDB's log; the next one goes on behind that in the same log, and the one after that finds a wrong checksum
// and throws away everything that the site has stored. So after an end that no page has seen, the log gives way to a fresh one
// before anything is written: LevelDB begins one when it has taken more than it keeps in memory, and needs the former one only
// until that is in a table.
import { within } from "./deadline.js";
import { answerOf } from "./transaction.js";

/** Twice what LevelDB keeps in memory, with its own copy of each value: it takes more only once the first half is in a table. */
const VALUES = 90;
const VALUE_BYTES = 50_000;
/** It is worth no more to whoever waits to write. */
const RENEWAL_MS = 2_000;

/** Each once in the life of a page: the browser lives at least as long. */
const renewals = new Map<string, Promise<void>>();

/** Resolves, always, when the log has been renewed, where that is needed: `wasLeft` says that all pages have ended by themselves. */
export function renewed(name: string, wasLeft: boolean): Promise<void> {
  const known = renewals.get(name);
  if (known !== undefined) return known;
  const renewing = within(RENEWAL_MS, renew(name, wasLeft), () => new Error()).catch(() => undefined);
  renewals.set(name, renewing);
  return renewing;
}

async function renew(name: string, wasLeft: boolean): Promise<void> {
  if (!("dataLoss" in IDBVersionChangeEvent.prototype)) return; // only Chromium has it
  const isFirst = await isFirstPage(`convex-pipelines database ${name}`);
  if (isFirst && !wasLeft) await fill(`${name} filler`);
}

/**
 * Whether no other page of this browser has the database. This one says so until it is hidden: a page that holds a lock is not
 * kept for whoever goes back to it.
 */
async function isFirstPage(lock: string): Promise<boolean> {
  const { locks } = navigator as Partial<Navigator>;
  if (locks === undefined) return true;
  const { held = [] } = await locks.query();
  const untilHidden = (): Promise<unknown> =>
    new Promise((hidden) => {
      addEventListener("pagehide", hidden, { once: true });
    });
  locks.request(lock, { mode: "shared" }, untilHidden).catch(() => undefined);
  return !held.some(({ name }) => name === lock);
}

async function fill(name: string): Promise<void> {
  const request = indexedDB.open(name);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore("values"));
  const database = await answerOf(request);
  try {
    const transaction = database.transaction("values", "readwrite", { durability: "relaxed" });
    const values = transaction.objectStore("values");
    // Random: what can be compressed would be shorter.
    const value = crypto.getRandomValues(new Uint8Array(VALUE_BYTES));
    for (let key = 0; key < VALUES; key++) values.put(value, key);
    await new Promise((resolve, reject) => {
      transaction.addEventListener("complete", resolve);
      transaction.addEventListener("abort", reject);
    });
  } finally {
    database.close();
    indexedDB.deleteDatabase(name);
  }
}
