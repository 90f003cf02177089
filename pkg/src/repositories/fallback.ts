// The server while it answers, this device while it does not. A change is durable here, together with the operation that
// carries it to the server, before anything is sent; nothing but the server's verdict or a person takes it away.
import { mark } from "../core.js";
import { PipelineError, isPipelineError } from "../error.js";
import { foldId, uuid } from "../ident.js";
import { config, hasMethods, optionsOf } from "../options.js";
import { directly, exchangeWith } from "../outbox/exchange.js";
import { OutboxLoop } from "../outbox/loop.js";
import type { OutboxOperation, OutboxStatus } from "../outbox/rows.js";
import { sortPipelines } from "../pipeline.js";
import type { Pipeline, PipelineCreateInput, PipelineListItem, PipelineUpdateInput } from "../types.js";
import { DEVICE, type DeviceRepository } from "./device.js";
import type { PipelineRepository, UpdateOptions } from "./repository.js";
import type { PipelineRuns } from "./runs.js";

/** Options of {@link FallbackPipelineRepository}. */
export interface FallbackOptions {
  /** Usually a {@link ConvexPipelineRepository}. What another repository carries out may be carried out twice. */
  remote: PipelineRepository;
  /** An {@link IndexedDbPipelineRepository}, or an {@link InMemoryPipelineRepository} where nothing needs to last. */
  local: DeviceRepository;
  /** How long a call waits for the server before this device answers; 3 seconds by default. */
  patienceMs?: number | undefined;
}

/** What came of asking the remote: `away` where it did not answer, or not in time. */
type Answer<T> = { value: T } | { away: Error };

const PATIENCE_MS = 3_000;
const METHODS = ["list", "get", "findByWebhookSecret", "create", "update", "delete", "recordRun"] as const;

/**
 * A change is made on this device first and sent at once. It settles with the server's verdict if that comes within
 * `patienceMs`: the server's document, or `invalid`, `conflict` or `not_found`, and then nothing is left. Otherwise it
 * resolves with the document as this device has it, and waits here until the server has settled it: over reloads, from any
 * tab, once and in order. What the server then refuses waits for a person, see {@link FallbackPipelineRepository.status}.
 *
 * Reads are the server's while it answers, with what waits here on top. Copies of what it answered stay on this device,
 * until it no longer has the original; what this device has never seen is `unavailable` without it, never "not found".
 */
export class FallbackPipelineRepository implements PipelineRepository {
  readonly #remote: PipelineRepository & { readonly damaged?: readonly string[] };
  readonly #local: DeviceRepository;
  readonly #loop: OutboxLoop;
  readonly #patienceMs: number;
  /** When the server was last heard to have a pipeline so, as this page knows: by id, its `updatedAt`. */
  readonly #seen = new Map<string, string>();
  /** Counts what was written or dropped: an answer that was asked for before that is older than what it left. */
  #writes = 0;

  /** Throws `config` unless `remote` is a repository and `local` one of this device. */
  constructor(options: FallbackOptions) {
    const read = optionsOf<FallbackOptions>(options, ["remote", "local", "patienceMs"]);
    const { remote, local, patienceMs = PATIENCE_MS } = read;
    if (remote === undefined || !hasMethods(remote, METHODS)) throw config("remote", "must be a repository");
    if (!isDevice(local)) throw config("local", "must be an in-memory or an IndexedDB repository");
    if (typeof patienceMs !== "number" || !(patienceMs >= 0)) throw config("patienceMs", "must be a number of milliseconds");
    this.#remote = remote;
    this.#local = local;
    this.#patienceMs = patienceMs;
    this.#loop = new OutboxLoop(local.outbox, exchangeWith(remote));
  }

  /** What is on this device: copies of what the server answered, with what waits for it on top. */
  get local(): DeviceRepository {
    return this.#local;
  }

  /** How the server was found, what waits for it and what needs a person; the same object until it changes. */
  get status(): OutboxStatus {
    return this.#loop.status;
  }

  /** Calls `listener` whenever {@link status} changes. */
  subscribe(listener: () => void): () => void {
    if (typeof listener !== "function") throw config("listener", "must be a function");
    return this.#loop.subscribe(listener);
  }

  /** Sends now what waits. */
  retry(): void {
    this.#loop.retry();
  }

  /**
   * Decides on a change that needs a person: `"mine"` makes it again on top of what the server has, or anew where the
   * pipeline is gone; `"theirs"` gives it up; an input replaces what it would have changed. Resolves with the pipeline as
   * this device then has it, `null` where that is a deletion or gone. Throws `not_found` where no such change waits, and
   * `invalid` with every issue of an input.
   */
  async resolve(operation: string, choice: "mine" | "theirs" | PipelineUpdateInput): Promise<Pipeline | null> {
    this.#writes += 1;
    const { reply } = await this.#loop.resolve(operation, choice);
    return typeof reply === "object" ? (reply as Pipeline | null) : null;
  }

  /** Gives up a change that waits, for the server or for a person. */
  async discard(operation: string): Promise<void> {
    this.#writes += 1;
    await this.#loop.discard(operation);
  }

  /** Stops sending in this page; what waits stays on the device, for another one. */
  close(): void {
    this.#loop.close();
  }

  /** The remote's: nothing runs on a device, and while the remote is away a run is `unavailable`. */
  get runs(): PipelineRuns | undefined {
    return this.#remote.runs;
  }

  async list(): Promise<PipelineListItem[]> {
    // Known before the remote is asked: what is made or settled meanwhile, by any tab, is not missing from its answer.
    const waited = await this.#local.outbox.unsent();
    const known = (await this.#local.list()).map(({ id }) => id).filter((id) => !waited.has(foldId(id)));
    const writes = this.#writes;
    const answer = await this.#ask(() => this.#remote.list());
    if ("away" in answer) return this.#local.list();
    const there = new Set(answer.value.map(({ id }) => foldId(id)));
    // What could not be read may be any of those that are missing.
    if (!this.#remote.damaged?.length) await this.#gone(known.filter((id) => !there.has(foldId(id))), writes);
    // Asked after the answer: what waits by now is newer than it.
    const unsent = await this.#local.outbox.unsent();
    if (unsent.size === 0) return answer.value;
    const here = await this.#local.list();
    const waits = ({ id }: PipelineListItem): boolean => unsent.has(foldId(id));
    return sortPipelines([...answer.value.filter((item) => !waits(item)), ...here.filter(waits)]);
  }

  async get(id: string): Promise<Pipeline | null> {
    return this.#read(() => this.#remote.get(id), () => this.#local.get(id), id);
  }

  async findByWebhookSecret(secret: string): Promise<Pipeline | null> {
    const here = await this.#local.findByWebhookSecret(secret);
    if (here !== null && (await this.#waits(here.id))) return here;
    return this.#read(
      () => this.#remote.findByWebhookSecret(secret),
      () => this.#local.findByWebhookSecret(secret),
      here?.id,
    );
  }

  async create(input: PipelineCreateInput): Promise<Pipeline> {
    return (await this.#make("create", { id: uuid(), input })) as Pipeline;
  }

  async update(id: string, input: PipelineUpdateInput, options?: UpdateOptions): Promise<Pipeline> {
    const { expectedUpdatedAt } = optionsOf<UpdateOptions>(options, ["expectedUpdatedAt"]);
    await this.#bring(id, expectedUpdatedAt);
    return (await this.#make("update", { id, input, expectedUpdatedAt })) as Pipeline;
  }

  async delete(id: string): Promise<void> {
    await this.#make("delete", { id });
  }

  async recordRun(id: string, completedAt: string): Promise<void> {
    await this.#bring(id, undefined).catch((thrown: unknown) => {
      if (!isPipelineError(thrown) || thrown.code !== "not_found") throw thrown; // a run of nothing is no run
    });
    await this.#make("recordRun", { id, completedAt });
  }

  async #make(operation: OutboxOperation, args: Record<string, unknown> & { id: string }): Promise<unknown> {
    this.#writes += 1;
    const made = await this.#loop.make(operation, args, this.#patienceMs).catch(async (thrown: unknown) => {
      // A full device need not stop anybody whose server answers; nothing is acknowledged that is nowhere durable.
      if (!isPipelineError(thrown) || thrown.code !== "storage" || (await this.#waits(args.id))) throw thrown;
      return directly(this.#remote, operation, args).catch((refused: unknown) => {
        throw isRetryable(refused) ? thrown : refused;
      });
    });
    this.#writes += 1;
    const { id = args.id, updatedAt } = (made ?? {}) as Partial<Pipeline>;
    if (updatedAt !== undefined) this.#seen.set(foldId(id), updatedAt);
    return made;
  }

  /**
   * Sees to it that an update stands on what the server has: a change is compared with what stood in its fields here. What
   * waits already is ahead of the server, and what this page has heard is new enough.
   */
  async #bring(id: string, expectedUpdatedAt: string | undefined): Promise<void> {
    if (await this.#waits(id)) return;
    const here = await this.#local.get(id);
    const seen = this.#seen.get(foldId(id));
    if (here !== null && seen === here.updatedAt && (expectedUpdatedAt ?? seen) === seen) return;
    const there = await this.get(id).catch((thrown: unknown) => {
      if (here === null) throw thrown;
      return here; // whoever stands in the way of the server, a change goes on from what this device has
    });
    if (there === null) throw new PipelineError({ code: "not_found", message: "there is no such pipeline" });
  }

  async #read(there: () => Promise<Pipeline | null>, here: () => Promise<Pipeline | null>, known?: string): Promise<Pipeline | null> {
    const writes = this.#writes;
    const before = known === undefined ? undefined : await this.#standing(known);
    const asked = there();
    let answer = await this.#ask(() => asked);
    if ("away" in answer) {
      const copy = await here();
      if (copy !== null || (known !== undefined && (await this.#waits(known)))) return copy;
      answer = { value: await asked }; // there is nothing else to show
    }
    const pipeline = answer.value;
    // Another tab may have settled a change since the remote was asked: what stands here is newer than the answer then.
    const isNews = known === undefined || before === (await this.#standing(known));
    if (isNews && known !== undefined && (pipeline === null || foldId(pipeline.id) !== foldId(known))) await this.#gone([known], writes);
    if (pipeline === null) return known !== undefined && (!isNews || (await this.#waits(known))) ? here() : null;
    if (isNews && writes === this.#writes) {
      this.#seen.set(foldId(pipeline.id), pipeline.updatedAt);
      await this.#keepCopy(() => this.#local.outbox.adopt(pipeline));
    }
    return !isNews || (await this.#waits(pipeline.id)) ? this.#local.get(pipeline.id) : pipeline;
  }

  /** Tells what this device has of a pipeline from what it had before. */
  async #standing(id: string): Promise<string> {
    return JSON.stringify([await this.#waits(id), (await this.#local.get(id))?.updatedAt]);
  }

  async #waits(id: string): Promise<boolean> {
    return (await this.#local.outbox.unsent()).has(foldId(id));
  }

  /**
   * The remote has answered without these pipelines: their copies go, unless the answer is older than a write. Where the
   * remote shows one account only, copies of others go too; whoever may see them gets them from the remote again.
   */
  async #gone(ids: readonly string[], writes: number): Promise<void> {
    if (ids.length === 0 || writes !== this.#writes) return;
    this.#writes += 1;
    await this.#keepCopy(() => this.#local.outbox.dropCopies(ids));
  }

  async #ask<T>(call: () => Promise<T>): Promise<Answer<T>> {
    const asked = call().then(
      (value): Answer<T> => {
        this.#loop.heard();
        return { value };
      },
      (thrown: unknown): Answer<T> => {
        this.#loop.heard(thrown);
        if (!isRetryable(thrown)) throw thrown;
        return { away: thrown as Error };
      },
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<Answer<T>>((resolve) => {
      timer = setTimeout(resolve, this.#patienceMs, { away: new Error("late") });
    });
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
      asked.catch(() => undefined);
    }
  }

  /** A copy is a convenience: that it cannot be kept does not undo what the remote has done. */
  async #keepCopy(keep: () => Promise<void>): Promise<void> {
    try {
      await keep();
    } catch {
      // The next answer brings another one.
    }
  }
}

function isDevice(given: unknown): given is DeviceRepository {
  try {
    return typeof given === "object" && given !== null && (given as Record<symbol, unknown>)[DEVICE] === mark;
  } catch {
    return false; // it does not let itself be looked at
  }
}

function isRetryable(thrown: unknown): boolean {
  try {
    return typeof thrown === "object" && thrown !== null && (thrown as { retryable?: unknown }).retryable === true;
  } catch {
    return false; // it does not let itself be looked at
  }
}
