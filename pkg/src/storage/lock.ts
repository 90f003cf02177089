// One writer at a time, across processes, and each in its turn: a lock file that says who holds it. proper-lockfile was
// looked at and left: it waits ten seconds for an owner that was killed, two waiters may remove the same stale lock one
// after the other, and whoever asks most often gets it.
import { lstatSync, renameSync, rmSync, rmdirSync } from "node:fs";
import { lutimes } from "node:fs/promises";
import { PipelineError } from "../error.js";
import { pause } from "./deadline.js";
import { codeOf, createOwned, isDead, newOwner, readOwner, stampOfOwned, type Owner } from "./lock-owner.js";
import { firstTurn, giveUpTurn, takeTurn } from "./turns.js";

/** An owner shows that it lives by touching its lock. */
const TOUCH_MS = 500;
/** Who has watched a lock for so long without seeing it touched takes its owner for dead. */
const STALE_MS = 3_000;
/** The longest time between two looks that counts as watching: a watcher may have been asleep itself. */
const LONGEST_LOOK_MS = 500;
/** How long a writer waits for its turn. */
const PATIENCE_MS = 60_000;
const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;

/** A held lock. */
export class FileLock {
  readonly token: string;
  /** The token of a dead owner whose place this lock took: its temporary file may be lying about. */
  readonly inheritedFrom: string | undefined;
  readonly #path: string;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(path: string, token: string, inheritedFrom?: string) {
    this.#path = path;
    this.token = token;
    this.inheritedFrom = inheritedFrom;
    this.#timer = setInterval(() => {
      const now = new Date();
      // Of the link, should one stand there by now: what is elsewhere is not touched.
      lutimes(path, now, now).catch(() => undefined);
    }, TOUCH_MS);
    this.#timer.unref();
  }

  /** Waits for the lock at `path`; throws a retryable `storage` error after a minute. */
  static async acquire(path: string): Promise<FileLock> {
    const owner = newOwner();
    if (createOwned(path, owner)) return new FileLock(path, owner.token);
    const waiter = new Waiter(path, owner);
    try {
      return new FileLock(path, owner.token, await waiter.wait());
    } catch (thrown) {
      handOver(path, owner.token); // it may have come too late
      throw thrown;
    } finally {
      waiter.leave();
    }
  }

  /** Whether nobody has taken this owner for dead. Synchronous, so that nothing comes between the answer and its use. */
  isHeld(): boolean {
    return holds(this.#path, this.token);
  }

  /** Hands the lock to the first who waits. */
  release(): void {
    clearInterval(this.#timer);
    try {
      handOver(this.#path, this.token);
    } catch {
      // The folder is gone, or no longer ours to write in. What was saved is saved, and who waits takes over.
    }
  }
}

/** One that waits for a lock. */
class Waiter {
  readonly #path: string;
  readonly #owner: Owner;
  readonly #lock = new Watch();
  readonly #guard = new Watch();
  #turn: string;

  constructor(path: string, owner: Owner) {
    this.#path = path;
    this.#owner = owner;
    this.#turn = takeTurn(path, owner);
  }

  /** Resolves when the lock is ours, to the token of the dead owner from whom it was taken, where it named one. */
  async wait(): Promise<string | undefined> {
    const start = performance.now();
    let inheritedFrom: string | undefined;
    while (!holds(this.#path, this.#owner.token) && !createOwned(this.#path, this.#owner)) {
      inheritedFrom = this.#takeOver();
      if (inheritedFrom !== undefined) continue;
      const waited = performance.now() - start;
      if (waited > PATIENCE_MS) {
        const message = `another process holds ${this.#path}`;
        throw new PipelineError({ code: "storage", message, retryable: true });
      }
      await pause(Math.min(Math.max(SHORTEST_PAUSE_MS, waited / 16), LONGEST_PAUSE_MS));
      // Whoever looked at it while it was being written took it for a leftover.
      if (stampOfOwned(this.#turn) === undefined) this.#turn = takeTurn(this.#path, this.#owner);
    }
    return inheritedFrom;
  }

  /** Takes back what is left of the waiting. */
  leave(): void {
    giveUpTurn(this.#turn);
  }

  /**
   * Puts our own file in the place of a dead owner's lock and returns its token, if it had one. Only one process does so
   * at a time, under a second lock, and looks again once it has that.
   */
  #takeOver(): string | undefined {
    const guard = `${this.#path}.takeover`;
    const isGuardAbandoned = isAbandoned(guard, this.#guard);
    if (!isAbandoned(this.#path, this.#lock)) return undefined;
    if (!createOwned(guard, this.#owner)) {
      // Its owner was killed within these few lines.
      if (isGuardAbandoned) remove(guard);
      return undefined;
    }
    try {
      if (!isAbandoned(this.#path, this.#lock)) return undefined;
      const dead = readOwner(this.#path)?.token;
      if (isFolder(this.#path)) remove(this.#path);
      renameSync(this.#turn, this.#path);
      return dead;
    } catch (thrown) {
      if (codeOf(thrown) === "ENOENT") return undefined; // our own file is gone: it is made again
      throw thrown;
    } finally {
      remove(guard);
    }
  }
}

/** Tells by this process's own clock that nobody touches a file: what its times say may come from any clock. */
class Watch {
  #stamp: string | undefined;
  #stillMs = 0;
  #looked = 0;

  isStill(path: string): boolean {
    const stamp = stampOfOwned(path);
    const now = performance.now();
    const isSame = stamp !== undefined && stamp === this.#stamp;
    this.#stillMs = isSame ? this.#stillMs + Math.min(now - this.#looked, LONGEST_LOOK_MS) : 0;
    this.#stamp = stamp;
    this.#looked = now;
    return this.#stillMs >= STALE_MS;
  }
}

/** Whether the owner of what stands at `path` is dead. */
function isAbandoned(path: string, watch: Watch): boolean {
  const isStill = watch.isStill(path);
  const owner = readOwner(path);
  return isStill || (owner !== undefined && isDead(owner));
}

function holds(path: string, token: string): boolean {
  return readOwner(path)?.token === token;
}

/** Gives the lock to the first who waits, if it is still `token`'s. */
function handOver(path: string, token: string): void {
  while (holds(path, token)) {
    const next = firstTurn(path);
    try {
      if (next === undefined) remove(path);
      else renameSync(next, path);
      return;
    } catch (thrown) {
      if (codeOf(thrown) !== "ENOENT") throw thrown; // that waiter has just given up
    }
  }
}

/** Never more than one file or link, or one empty folder. */
function remove(path: string): void {
  try {
    if (isFolder(path)) rmdirSync(path);
    else rmSync(path, { force: true });
  } catch (thrown) {
    const message = `${path} is in the way and cannot be removed`;
    throw new PipelineError({ code: "storage", message: `${message} (${codeOf(thrown) ?? "unknown"})` });
  }
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
