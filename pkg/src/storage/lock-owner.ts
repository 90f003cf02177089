// Who holds a lock, as its file says. The folder may be anybody's: what stands there is read with care and believed in
// nothing but its form.
import { randomUUID } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readSync, readlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";

/** What a lock file or a waiter's file holds, as JSON. */
export interface Owner {
  /** A UUID of this one locking; the files that belong to it bear it in their names. */
  readonly token: string;
  readonly pid: number;
  /** Where `pid` means something. */
  readonly home: string;
}

const LARGEST_BYTES = 1024;
/** A link is not followed, and a pipe not waited for. Windows knows neither word, and `undefined` is 0 there. */
const READ_AS_IT_IS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const TOKEN = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function newOwner(): Owner {
  return { token: randomUUID(), pid: process.pid, home: home() };
}

/** Writes `owner` to a new file; says whether there was none. Of several processes it succeeds for one. */
export function createOwned(path: string, owner: Owner): boolean {
  try {
    // Synchronous: the shorter the moment in which the file is there without a name in it, the better.
    writeFileSync(path, JSON.stringify(owner), { flag: "wx", mode: 0o600 });
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}

/** The owner that the file names; nothing where there is no file, or one that was not written here, or not yet. */
export function readOwner(path: string): Owner | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, READ_AS_IT_IS);
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > LARGEST_BYTES) return undefined;
    const bytes = Buffer.alloc(LARGEST_BYTES);
    return parseOwner(bytes.toString("utf8", 0, readSync(file, bytes)));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Tells one state of a file from the next, also of one that is a link or a folder; nothing where there is none. */
export function stampOfOwned(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(" ");
}

/** Whether the owner was a process of this machine that is gone. Of other machines nothing can be said. */
export function isDead({ home: where, pid }: Owner): boolean {
  if (where !== home()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return codeOf(thrown) === "ESRCH";
  }
}

/** The operating system's name for what went wrong, such as `ENOENT`. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}

function parseOwner(text: string): Owner | undefined {
  const given = JSON.parse(text) as Partial<Record<keyof Owner, unknown>> | null;
  const { token, pid, home: where } = given ?? {};
  const isOwner = typeof token === "string" && TOKEN.test(token) && typeof where === "string";
  return isOwner && typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0 ? { token, pid, home: where } : undefined;
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
