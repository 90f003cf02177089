// The way to a file and onto the disk: links, folders, and the one rename by which a new content takes the old one's place.
import { renameSync, type BigIntStats } from "node:fs";
import { mkdir, open, readFile, readdir, readlink, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf } from "./lock-owner.js";
import type { FileLock } from "./lock.js";

/** Tells one state of a file from the next: a rename gives a new inode, an edit another size or time. */
export type Stamp = string;

const MISSING: Stamp = "missing";
/** What tells owners of a lock apart, and their drafts. */
const TOKEN = /[0-9a-f-]{36}/;
/** As many as Linux follows. */
const MOST_LINKS = 40;

/** The lock was lost before the file could be replaced; the file is as it was. */
export class LockLost extends Error {}

/**
 * The file itself: renaming over a symbolic link would put a file in the link's place. Links that lead to nothing yet are
 * followed as well, to where the file will be.
 */
export async function followLinks(path: string, followed = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch (thrown) {
    if (codeOf(thrown) !== "ENOENT" || dirname(path) === path) throw thrown;
  }
  const folder = await followLinks(dirname(path), followed);
  const here = join(folder, basename(path));
  const link = await linkAt(here);
  if (link === undefined) return here;
  if (followed === MOST_LINKS) throw new Error("too many symbolic links");
  return followLinks(resolve(folder, link), followed + 1);
}

/** Node's own `recursive` does not come back from some paths below files and in `/proc`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === "ENOENT" && dirname(path) !== path) {
      await makeFolder(dirname(path));
      await mkdir(path).catch((again: unknown) => {
        if (codeOf(again) !== "EEXIST") throw again;
      });
    } else if (!(await stat(path).catch(() => undefined))?.isDirectory()) {
      throw thrown;
    } else {
      return;
    }
  }
  await syncFolder(dirname(path));
}

/** The file's bytes; nothing where there is no file. */
export async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

/** Puts `text` in the place of `target` and returns the stamp of what then stands there. Throws {@link LockLost}. */
export async function replace(target: string, text: string, lock: FileLock): Promise<Stamp> {
  const draft = draftOf(target, lock.token);
  try {
    const file = await open(draft, "wx", 0o600);
    let stamp: Stamp;
    try {
      await file.writeFile(text);
      await file.sync();
      stamp = stampFrom(await file.stat({ bigint: true }));
    } finally {
      await file.close();
    }
    // Nothing may come between the question and the rename: a process that slept through its lock's life stops here.
    if (!lock.isHeld()) throw new LockLost();
    renameSync(draft, target);
    await syncFolder(dirname(target));
    return stamp;
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
}

/**
 * Clears away what owners of locks that were taken over have left: all of it, because whoever took one over before may have
 * been killed, too. Called with the lock, without which nobody writes a draft.
 */
export async function removeDrafts(target: string): Promise<void> {
  const folder = dirname(target);
  const drafts = (await readdir(folder)).map((name) => join(folder, name)).filter((path) => path === draftOf(target, TOKEN.exec(path)?.[0] ?? ""));
  await Promise.all(drafts.map((path) => rm(path, { force: true })));
}

export async function stampOf(path: string): Promise<Stamp> {
  try {
    const stats = await stat(path, { bigint: true });
    // A pipe would be waited for.
    if (!stats.isFile()) throw new Error("it is not a file");
    return stampFrom(stats);
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return MISSING;
    throw thrown;
  }
}

async function linkAt(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch {
    return undefined;
  }
}

function draftOf(target: string, token: string): string {
  return join(dirname(target), `.${basename(target)}.${token}.tmp`);
}

/** The rename itself lives in the folder. Windows can neither open nor sync one. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What a rename leaves as it is, so that a draft already has the stamp of the file that it becomes. */
function stampFrom({ dev, ino, size, mtimeNs }: BigIntStats): Stamp {
  return [dev, ino, size, mtimeNs].join(" ");
}
