// One writer at a time, across processes: a lock file that says who holds it. proper-lockfile was looked at and left: it
// waits ten seconds for an owner that was killed, and two waiters may remove the same stale lock one after the other.
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { readFile, rm, stat, unlink, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { PipelineError } from "../error.js";
import { pause } from "./deadline.js";

interface Owner {
  /** Of this one locking; temporary files bear it. */
  token: string;
  pid: number;
  /** Where `pid` means something. */
  home: string;
}

/** An owner shows that it lives by touching its lock; after this long without, it is taken for dead. */
const STALE_MS = 30_000;
const TOUCH_MS = 5_000;
/** How long a writer waits for its turn. */
const PATIENCE_MS = 60_000;

/** A held lock. */
export class FileLock {
  readonly token: string;
  /** The token of a killed owner whose place this lock took: its temporary file may be lying about. */
  readonly inheritedFrom: string | undefined;
  readonly #path: string;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(path: string, token: string, inheritedFrom: string | undefined) {
    this.#path = path;
    this.token = token;
    this.inheritedFrom = inheritedFrom;
    this.#timer = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, TOUCH_MS);
    this.#timer.unref();
  }

  /** Waits for the lock at `path`; throws a retryable `storage` error after a minute. */
  static async acquire(path: string): Promise<FileLock> {
    const owner: Owner = { token: randomUUID(), pid: process.pid, home: home() };
    const start = Date.now();
    let inheritedFrom: string | undefined;
    for (let wait = 1; !create(path, owner); wait = Math.min(wait * 2, 32)) {
      inheritedFrom = (await takeOver(path, owner)) ?? inheritedFrom;
      if (Date.now() - start > PATIENCE_MS) {
        throw new PipelineError({ code: "storage", message: `another process holds ${path}`, retryable: true });
      }
      await pause(wait * (0.5 + Math.random()));
    }
    return new FileLock(path, owner.token, inheritedFrom);
  }

  /** Whether nobody has taken this lock for dead. Synchronous, so that nothing comes between the answer and its use. */
  isHeld(): boolean {
    try {
      return readOwner(readFileSync(this.#path, "utf8"))?.token === this.token;
    } catch {
      return false;
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    if (this.isHeld()) await rm(this.#path, { force: true });
  }
}

/** Whether the file is now ours: `wx` succeeds for one process only. */
function create(path: string, owner: Owner): boolean {
  try {
    // Synchronous: the shorter the moment in which the file is there without a name in it, the better.
    writeFileSync(path, JSON.stringify(owner), { flag: "wx", mode: 0o600 });
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}

/**
 * Removes the lock of a dead owner and returns its token. Only one process does so at a time, under a second lock, and
 * looks again once it has that: what another has put in the dead one's place stays.
 */
async function takeOver(path: string, owner: Owner): Promise<string | undefined> {
  if ((await deadOwner(path)) === undefined) return undefined;
  const guard = `${path}.takeover`;
  if (!create(guard, owner)) {
    // Its holder was killed within these few lines: this file has no other way to grow old.
    if ((await age(guard)) > STALE_MS) await rm(guard, { force: true });
    return undefined;
  }
  try {
    const dead = await deadOwner(path);
    if (dead === undefined) return undefined;
    await unlink(path);
    return dead;
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  } finally {
    await rm(guard, { force: true });
  }
}

/** The token of the lock's owner if that is dead; empty where it was killed before it had written its name. */
async function deadOwner(path: string): Promise<string | undefined> {
  try {
    const owner = readOwner(await readFile(path, "utf8"));
    if (owner?.home === home() && !isAlive(owner.pid)) return owner.token;
    return (await age(path)) > STALE_MS ? (owner?.token ?? "") : undefined;
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

async function age(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

function readOwner(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined; // it is being written at this moment
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return codeOf(thrown) !== "ESRCH";
  }
}

/** The machine, its boot and its process namespace: two containers that share a folder do not share process ids. */
function home(): string {
  knownHome ??= [
    hostname(),
    ask(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
    ask(() => readlinkSync("/proc/self/ns/pid")),
  ].join(" ");
  return knownHome;
}

let knownHome: string | undefined;

function ask(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return "";
  }
}

/** The operating system's name for what went wrong, such as `ENOENT`. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}
