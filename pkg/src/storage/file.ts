// Rows in a JSON file. A change is written to a temporary file beside it, forced to disk, and renamed over it: whoever
// reads, and whatever is killed, finds the file before the change or after it, and never half of it.
import { renameSync, type BigIntStats } from "node:fs";
import { mkdir, open, readFile, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PipelineError, isPipelineError } from "../error.js";
import { DamagedFile, formatContent, parseContent, type FileContent } from "./file-content.js";
import { FileLock, codeOf } from "./lock.js";
import type { Change, DamagedRow, Durability, Row, Storage } from "./storage.js";

/** A document as this process knows it. The file has no versions: a document that differs from before is a new one. */
interface Known {
  text: string;
  version: number;
}

/** Tells one state of a file from the next: a rename gives a new inode, an edit another size or time. */
type Stamp = string;
const MISSING: Stamp = "missing";

export class FileStorage implements Storage {
  readonly announces = false;
  readonly #path: string;
  #content: FileContent = { root: {}, documents: new Map() };
  #known = new Map<string, Known>();
  /** What was read last, and what the repository was given last. */
  #read: Stamp | undefined;
  #loaded: Stamp | undefined;
  #versions = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<readonly Row[]> {
    return this.#naming(async () => {
      await this.#refresh(await this.#target());
      this.#loaded = this.#read;
      return Array.from(this.#content.documents, ([id, document]) => ({
        id,
        version: this.#known.get(id)?.version ?? 0,
        unsent: false,
        document,
      }));
    });
  }

  async changed(): Promise<boolean> {
    return this.#naming(async () => (await stampOf(await this.#target())) !== this.#loaded);
  }

  async commit(changes: readonly Change[]): Promise<Durability | "stale"> {
    return this.#naming(async () => {
      const target = await this.#target();
      await mkdir(dirname(target), { recursive: true });
      const lock = await FileLock.acquire(`${target}.lock`);
      try {
        if (lock.inheritedFrom !== undefined) await rm(temporary(target, lock.inheritedFrom), { force: true });
        await this.#refresh(target);
        if (changes.some(({ id, expected }) => (this.#known.get(id)?.version ?? 0) !== expected)) return "stale";
        await this.#write(target, lock, changes);
        return "durable";
      } finally {
        await lock.release();
      }
    });
  }

  refuse(rows: readonly DamagedRow[]): void {
    if (rows.length > 0) throw this.#damaged(`pipelines[${rows.map(({ index }) => index).join("], pipelines[")}]`);
  }

  subscribe(): () => void {
    return () => undefined; // `changed` is asked instead
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #write(target: string, lock: FileLock, changes: readonly Change[]): Promise<void> {
    const isOurs = this.#read === this.#loaded;
    const next: FileContent = { root: this.#content.root, documents: new Map(this.#content.documents) };
    for (const { id, row } of changes) {
      if (row?.unsent === true) throw new Error("a file keeps no unsent changes");
      if (row?.document == null) next.documents.delete(id);
      else next.documents.set(id, row.document);
    }
    const written = await replace(target, formatContent(next), lock);
    this.#content = next;
    for (const { id, row } of changes) {
      if (row?.document == null) this.#known.delete(id);
      else this.#known.set(id, { text: JSON.stringify(row.document), version: row.version });
      this.#versions = Math.max(this.#versions, row?.version ?? 0);
    }
    this.#read = written;
    // Where others had written before, the repository has not seen that yet: `changed` must say so.
    if (isOurs) this.#loaded = written;
  }

  /** Reads the file if it is not the one that was read last. */
  async #refresh(target: string): Promise<void> {
    const stamp = await stampOf(target);
    if (stamp === this.#read) return;
    const content = await this.#parse(target);
    const known = new Map<string, Known>();
    for (const [id, document] of content.documents) {
      const text = JSON.stringify(document);
      const before = this.#known.get(id);
      known.set(id, before?.text === text ? before : { text, version: ++this.#versions });
    }
    this.#content = content;
    this.#known = known;
    // Taken before the reading: what is written in between is read again next time.
    this.#read = stamp;
  }

  async #parse(target: string): Promise<FileContent> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(target);
    } catch (thrown) {
      if (codeOf(thrown) === "ENOENT") return { root: {}, documents: new Map() };
      throw thrown;
    }
    return parseContent(bytes);
  }

  /** The file itself: renaming over a symbolic link would put a file in the link's place. */
  async #target(): Promise<string> {
    try {
      return await realpath(this.#path);
    } catch (thrown) {
      if (codeOf(thrown) === "ENOENT") return this.#path;
      throw thrown;
    }
  }

  async #naming<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (isPipelineError(thrown)) throw thrown;
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      if (thrown instanceof DamagedFile) throw this.#damaged(message);
      throw new PipelineError({ code: "storage", message: `${this.#path}: ${message}` });
    }
  }

  #damaged(reason: string): PipelineError {
    const message = `${this.#path} is damaged and was left as it is: ${reason}`;
    return new PipelineError({ code: "storage", message });
  }
}

/** Puts `text` in the place of `target`, and returns the stamp of what then stands there. */
async function replace(target: string, text: string, lock: FileLock): Promise<Stamp> {
  const draft = temporary(target, lock.token);
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
    if (!lock.isHeld()) {
      throw new PipelineError({ code: "storage", message: `the lock of ${target} was lost; nothing was saved`, retryable: true });
    }
    renameSync(draft, target);
    await syncFolder(dirname(target));
    return stamp;
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
}

function temporary(target: string, token: string): string {
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

async function stampOf(path: string): Promise<Stamp> {
  try {
    return stampFrom(await stat(path, { bigint: true }));
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return MISSING;
    throw thrown;
  }
}

/** What a rename leaves as it is, so that a draft already has the stamp of the file that it becomes. */
function stampFrom({ dev, ino, size, mtimeNs }: BigIntStats): Stamp {
  return [dev, ino, size, mtimeNs].join(" ");
}
