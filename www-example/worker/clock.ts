/**
 * The clock of a server that keeps a JSON file: each minute, on the minute, what is due is queued, and what is queued is
 * worked on. In Convex `crons.ts` is the clock, and `worker.ts` works.
 */
import { fileRepository } from "../server/file";
import { serverStore } from "../server/store";
import { work } from "./work";

const MINUTE_MS = 60_000;

let working: Promise<void> | undefined;
let isWanted = false;

/** Starts the clock of this process. Several may run on one file: a due time makes one run. */
export function startClock(): void {
  if (serverStore().kind !== "file") return;
  const next = () => {
    // A little later than the minute: timers may come a millisecond early.
    setTimeout(() => void turn().finally(next), MINUTE_MS - (Date.now() % MINUTE_MS) + 20).unref();
  };
  next();
  void turn();
}

async function turn(): Promise<void> {
  const store = serverStore();
  if (store.kind !== "file") return;
  try {
    await fileRepository(store.path).tick();
  } catch (error) {
    console.error(JSON.stringify({ event: "tick_failure", message: String(error) }));
  }
  void wake();
}

/** Works on what is queued; where that goes on already, it looks once more. */
export function wake(): Promise<void> {
  isWanted = true;
  working ??= workWhileWanted().finally(() => (working = undefined));
  return working;
}

async function workWhileWanted(): Promise<void> {
  const store = serverStore();
  if (store.kind !== "file") return;
  try {
    const { runs } = fileRepository(store.path);
    while (isWanted) {
      isWanted = false;
      await work(runs);
    }
  } catch (error) {
    isWanted = false;
    console.error(JSON.stringify({ event: "worker_failure", message: String(error) }));
  }
}
