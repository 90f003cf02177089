// A JSON file as all who use it in this process see it. A change is written to a temporary file beside it, forced to
// disk, and renamed over it: whoever reads, and whatever is killed, finds the file before the change or after it, and never
// half of it. Changes that wait go in order, and all that wait when the lock is ours share it and one write.
import { dirname } from "node:path";
import { PipelineError, isPipelineError } from "../error.js";
import { DamagedFile } from "./damaged-file.js";
import { FileLock } from "./lock.js";
import { LockLost, followLinks, makeFolder, readBytes, removeDrafts, replace, stampOf, type Stamp } from "./place.js";

/** What a file holds: an object that does not change, and the text to write of it. */
export interface Content {
  readonly text: string;
}

/** One change that waits for its turn. */
export interface FileChange<Held extends Content> {
  /**
   * Makes of what stands in the file, and of what those before it have made of that, what shall stand there; the same
   * object for no change. Called where nobody else can write. What it throws refuses this change alone.
   */
  readonly plan: (content: Held) => Held;
  /** Called once after `plan`: whether what it made is kept. It may be planned again. */
  readonly settle: (isKept: boolean) => void;
}

/** Reads a file's bytes, or nothing for no file; throws {@link DamagedFile} rather than guess. One for all of one path. */
type Parse<Held> = (bytes: Uint8Array | undefined) => Held;

interface Waiting<Held extends Content> extends FileChange<Held> {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** How often changes are planned anew because this process was taken for dead while it wrote. */
const MOST_ATTEMPTS = 5;

export class SharedFile<Held extends Content> {
  readonly #path: string;
  readonly #parse: Parse<Held>;
  #waiting: Waiting<Held>[] = [];
  #isServing = false;
  /** What was read or written last, and the state of the file then. */
  #last: { content: Held; stamp: Stamp } | undefined;

  private constructor(path: string, parse: Parse<Held>) {
    this.#path = path;
    this.#parse = parse;
  }

  /** The file at an absolute path: one object for all who use it, or they would wait for each other's locks. */
  static at<Held extends Content>(path: string, parse: Parse<Held>): SharedFile<Held> {
    const known = files.get(path)?.deref();
    if (known !== undefined) return known as SharedFile<Held>;
    const file = new SharedFile(path, parse);
    files.set(path, new WeakRef(file));
    return file;
  }

  /** What stands in the file; the same object as long as that is the same. */
  async read(): Promise<Held> {
    try {
      return await this.#refresh(await followLinks(this.#path));
    } catch (thrown) {
      throw this.#error(thrown);
    }
  }

  /** Resolves when the change is on disk, or there was nothing to change. */
  change(plan: FileChange<Held>["plan"], settle: FileChange<Held>["settle"]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ plan, settle, resolve, reject });
      if (!this.#isServing) void this.#serve();
    });
  }

  /** Serves those who wait until nobody does. */
  async #serve(): Promise<void> {
    this.#isServing = true;
    for (let attempt = 1; this.#waiting.length > 0; attempt++) {
      const group = await this.#serveGroup(attempt < MOST_ATTEMPTS);
      if (group.isSettled) attempt = 0;
      else this.#waiting.unshift(...group.changes);
    }
    this.#isServing = false;
  }

  async #serveGroup(mayTryAgain: boolean): Promise<Group<Held>> {
    let group: Group<Held> | undefined;
    try {
      group = await this.#locked(async (target, lock) => {
        group = new Group(await this.#refresh(target), this.#waiting.splice(0));
        const { before, after } = group;
        if (after !== before && after !== undefined) {
          this.#last = { content: after, stamp: await replace(target, after.text, lock) };
        }
        return group;
      });
      group.settle();
    } catch (thrown) {
      // What is refused is refused, whether the file could be written or not.
      group ??= new Group(await this.read().catch(() => undefined), this.#waiting.splice(0));
      if (thrown instanceof LockLost && mayTryAgain) group.drop();
      else group.settle({ failure: this.#error(thrown) });
    }
    return group;
  }

  async #locked<T>(work: (target: string, lock: FileLock) => Promise<T>): Promise<T> {
    const target = await followLinks(this.#path);
    await makeFolder(dirname(target));
    const lock = await FileLock.acquire(`${target}.lock`);
    try {
      if (lock.inheritedFrom !== undefined) await removeDrafts(target);
      return await work(target, lock);
    } finally {
      lock.release();
    }
  }

  /** Reads the file if it is not the one that was read last. */
  async #refresh(target: string): Promise<Held> {
    // Taken before the reading: what is written in between is read again next time.
    const stamp = await stampOf(target);
    if (this.#last?.stamp !== stamp) this.#last = { content: this.#parse(await readBytes(target)), stamp };
    return this.#last.content;
  }

  #error(thrown: unknown): PipelineError {
    if (isPipelineError(thrown)) return thrown;
    const isLost = thrown instanceof LockLost;
    const reason = isLost ? "the lock was lost; nothing was saved" : thrown instanceof Error ? thrown.message : String(thrown);
    const damage = thrown instanceof DamagedFile ? " is damaged and was left as it is" : "";
    return new PipelineError({ code: "storage", message: `${this.#path}${damage}: ${reason}`, retryable: isLost });
  }
}

/** Kept only as long as a repository uses them. */
const files = new Map<string, WeakRef<object>>();

/** Changes that are written together. */
class Group<Held extends Content> {
  readonly changes: readonly Waiting<Held>[];
  readonly before: Held | undefined;
  /** What all of them leave. */
  readonly after: Held | undefined;
  isSettled = false;
  readonly #outcomes: { after: Held; refusal?: { reason: unknown } }[] = [];

  /** Plans them, one after the other on what the one before has left; none where the file could not be read. */
  constructor(before: Held | undefined, changes: readonly Waiting<Held>[]) {
    this.changes = changes;
    this.before = before;
    let after = before;
    for (const { plan } of changes) {
      if (after === undefined) break;
      try {
        after = plan(after);
        this.#outcomes.push({ after });
      } catch (reason) {
        this.#outcomes.push({ after, refusal: { reason } });
      }
    }
    this.after = after;
  }

  /** They will be planned again. */
  drop(): void {
    for (const { settle } of this.changes) settle(false);
  }

  settle(failed?: { failure: unknown }): void {
    this.isSettled = true;
    for (const { settle } of this.changes) settle(failed === undefined);
    for (const [index, { resolve, reject }] of this.changes.entries()) {
      const outcome = this.#outcomes[index];
      // Without a write, only what stands on what is on disk holds.
      if (failed !== undefined && (outcome === undefined || outcome.after !== this.before)) reject(failed.failure);
      else if (outcome?.refusal !== undefined) reject(outcome.refusal.reason);
      else resolve();
    }
  }
}
