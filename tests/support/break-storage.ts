/** Ways to do harm to the storage under a page, as really as a browser lets a test do it. */
import type { CDPSession, Page } from "playwright";
import type { Tabs } from "./tabs.js";

/** Where a fault is made. */
export interface Stage {
  tabs: Tabs;
  /** Of this fault alone. */
  origin: string;
  /** The page that is to come to harm. */
  page: Page;
}

/** Runs in a page. */
export const inPage = (work: () => unknown) => ({ page }: Stage) => page.evaluate(work);

/** Runs in a tab of its own, which stays. */
export const elsewhere = (work: () => unknown) => async ({ tabs, origin }: Stage): Promise<Page> => {
  const other = await tabs.tab(origin);
  await other.evaluate(work);
  return other;
};

export const clear = (types: string) => async ({ tabs, page, origin }: Stage) =>
  (await tabs.session(page)).send("Storage.clearDataForOrigin", { origin, storageTypes: types });

export async function freeze(session: CDPSession, state: "frozen" | "active"): Promise<void> {
  await session.send("Page.setWebLifecycleState", { state });
}

/** Opens a database of this version and holds on to it, whoever asks for it. */
export const hold = (version: number) => async ({ tabs, origin }: Stage) => {
  const other = await tabs.tab(origin);
  await other.evaluate(
    (version) =>
      new Promise((done, failed) => {
        const opening = indexedDB.open("convex-pipelines", version);
        opening.onerror = () => failed(new Error(String(opening.error)));
        opening.onsuccess = () => {
          Object.assign(window, { held: opening.result });
          done(undefined);
        };
      }),
    version,
  );
  return other;
};

/** Begins a transaction on the rows in another tab and never lets it end. */
export const occupy = elsewhere(
  () =>
    new Promise((done) => {
      const opening = indexedDB.open("convex-pipelines");
      opening.onsuccess = () => {
        const store = opening.result.transaction(["rows", "meta", "outbox"], "readwrite").objectStore("rows");
        const again = (): void => {
          store.get("nothing").onsuccess = again;
          done(undefined);
        };
        again();
      };
    }),
);

/** The next transaction, or each, cannot be begun. */
export const refuseTransactions = (name: string, always = false) => ({ page }: Stage) =>
  page.evaluate(
    ({ name, always }) => {
      const { transaction } = IDBDatabase.prototype;
      IDBDatabase.prototype.transaction = () => {
        if (!always) IDBDatabase.prototype.transaction = transaction;
        throw new DOMException("gone", name);
      };
    },
    { name, always },
  );

/** The next transaction, or each, is aborted after its first write. */
export const abortWrites = (always: boolean, why?: string) => ({ page }: Stage) =>
  page.evaluate(
    ([always, why]) => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...values) {
        if (!always) IDBObjectStore.prototype.put = put;
        const request = put.apply(this, values);
        if (why !== undefined) Object.defineProperty(this.transaction, "error", { value: new DOMException("full", why) });
        this.transaction.commit = () => undefined; // nothing could abort it any more
        request.addEventListener("success", () => {
          this.transaction.abort();
        });
        return request;
      };
    },
    [always, why] as const,
  );
