// Remote while it answers, this device while it does not. Nothing is lost in between: what the remote did not take is
// written here, marked as unsent, in the same durable transaction as the document that it makes.
import { PipelineError, isPipelineError } from "../error.js";
import { foldId, uuid } from "../ident.js";
import { config, hasMethods, optionsOf } from "../options.js";
import { sortPipelines } from "../pipeline.js";
import { createInputSchema, updateInputSchema } from "../schemas.js";
import type { Pipeline, PipelineCreateInput, PipelineListItem, PipelineUpdateInput } from "../types.js";
import { FallbackState, type FallbackStatus } from "./fallback-state.js";
import type { Identity, JournaledRepository, RotateOptions } from "./journal.js";
import type { PipelineRepository, UpdateOptions } from "./repository.js";

/** A repository that can be told who a pipeline will be. Those that cannot ignore what they do not know. */
interface Remote extends PipelineRepository {
  create(input: PipelineCreateInput, identity?: Identity): Promise<Pipeline>;
  update(id: string, input: PipelineUpdateInput, options?: RotateOptions): Promise<Pipeline>;
  /** What its last list held and could not be read. */
  readonly damaged?: readonly string[];
}

/** Options of {@link FallbackPipelineRepository}. */
export interface FallbackOptions {
  /** Asked first; usually a {@link ConvexPipelineRepository}. */
  remote: PipelineRepository;
  /** An {@link IndexedDbPipelineRepository}, or an {@link InMemoryPipelineRepository} where nothing needs to last. */
  local: JournaledRepository;
}

/** What came of asking the remote. */
type Answer<T> = { value: T } | { away: Error };

/** What a write is there and here. `here` resolves to `unknown` where this device does not have the pipeline. */
interface Write<T> {
  id: string;
  there: () => Promise<T>;
  here: () => Promise<T | "unknown">;
  /** What a success there means for the copy here. */
  copy: (reply: T) => Promise<void>;
}

/** What a read is there and here. `here` answers for an unsent pipeline, and while the remote is away: "not here" is not "nothing". */
interface Read {
  there: () => Promise<Pipeline | null>;
  here: () => Promise<Pipeline | null>;
  /** The pipeline here that an answer without it says is gone, or no longer found this way. */
  known: string | undefined;
}

/**
 * Uses `remote`, and turns to `local` only for an error that is `retryable`: what the remote refuses stays refused.
 *
 * A pipeline that has unsent changes is read and written here until those are sent, so that its changes keep their
 * order. Copies of what the remote answered are kept here too, so that they can be changed while it is away, and go
 * when the remote no longer has the original; what this device has never seen is `unavailable` then, never "not found".
 */
export class FallbackPipelineRepository implements PipelineRepository {
  readonly #remote: Remote;
  readonly #local: JournaledRepository;
  readonly #state: FallbackState;

  /** Throws `config` unless `remote` is a repository and `local` can keep unsent changes. */
  constructor(options: FallbackOptions) {
    const { remote, local } = optionsOf<FallbackOptions>(options, ["remote", "local"]);
    if (!isRepository(remote)) throw config("remote", "must be a repository");
    if (!isJournaled(local)) throw config("local", "must be an in-memory or an IndexedDB repository");
    this.#remote = remote;
    this.#local = local;
    this.#state = new FallbackState(local);
  }

  /** Where writes went and what is unsent; the same object until it changes. */
  get status(): FallbackStatus {
    return this.#state.status;
  }

  /** Calls `listener` whenever {@link status} changes. */
  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener);
  }

  async list(): Promise<PipelineListItem[]> {
    // Known before the remote is asked: what is made meanwhile is not missing from its answer.
    const known = (await this.#local.list()).map(({ id }) => id);
    const { writes } = this.#state;
    const answer = await this.#ask(() => this.#remote.list());
    if ("away" in answer) return this.#local.list();
    const there = new Set(answer.value.map(({ id }) => foldId(id)));
    // What could not be read may be any of those that are missing.
    if (!this.#remote.damaged?.length) await this.#gone(known.filter((id) => !there.has(foldId(id))), writes);
    const here = await this.#local.list();
    // Asked after the answer: what became unsent meanwhile is newer than it.
    const unsent = await this.#state.unsent();
    if (unsent.size === 0) return answer.value;
    const isUnsent = ({ id }: PipelineListItem): boolean => unsent.has(foldId(id));
    return sortPipelines([...answer.value.filter((item) => !isUnsent(item)), ...here.filter(isUnsent)]);
  }

  async get(id: string): Promise<Pipeline | null> {
    if (await this.#state.isUnsent(id)) return this.#local.get(id);
    return this.#read({
      there: () => this.#remote.get(id),
      here: () => this.#local.get(id),
      known: id,
    });
  }

  async findByWebhookSecret(secret: string): Promise<Pipeline | null> {
    const here = await this.#local.findByWebhookSecret(secret);
    if (here !== null && (await this.#state.isUnsent(here.id))) return here;
    return this.#read({
      there: () => this.#remote.findByWebhookSecret(secret),
      here: () => this.#local.findByWebhookSecret(secret),
      known: here?.id,
    });
  }

  async create(input: PipelineCreateInput): Promise<Pipeline> {
    const checked = createInputSchema.parse(input);
    // Decided now: if the answer gets lost, the pipeline that the server may have is the one that is kept here.
    const identity = { id: uuid(), webhookSecret: uuid() };
    return this.#write({
      id: identity.id,
      there: () => this.#remote.create(checked, identity),
      here: () => this.#local.journal.create(checked, identity),
      copy: (reply) => this.#local.journal.adopt(reply),
    });
  }

  async update(id: string, input: PipelineUpdateInput, options?: UpdateOptions): Promise<Pipeline> {
    const checked = updateInputSchema.parse(input);
    const { expectedUpdatedAt } = optionsOf<UpdateOptions>(options, ["expectedUpdatedAt"]);
    const rotation = checked.rotateSecret === true ? { webhookSecret: uuid() } : {};
    const full = { ...(expectedUpdatedAt === undefined ? {} : { expectedUpdatedAt }), ...rotation };
    return this.#write<Pipeline>({
      id,
      there: () => this.#remote.update(id, checked, full),
      here: () => this.#local.journal.update(id, checked, full).catch(unknownOr),
      copy: (reply) => this.#local.journal.adopt(reply),
    });
  }

  async delete(id: string): Promise<void> {
    await this.#write<null>({
      id,
      there: () => this.#remote.delete(id).then(() => null),
      here: () => this.#local.journal.delete(id).then(() => null),
      copy: () => this.#local.journal.forget(id),
    });
  }

  async recordRun(id: string, completedAt: string): Promise<void> {
    await this.#write<Pipeline | null>({
      id,
      there: () => this.#remote.recordRun(id, completedAt).then(() => null),
      here: async () => (await this.#local.journal.recordRun(id, completedAt)) ?? "unknown",
      copy: () => this.#local.journal.adoptRun(id, completedAt), // the answer does not say what the pipeline is now
    }).catch(nothingHappens);
  }

  #write<T>({ id, there, here, copy }: Write<T>): Promise<T> {
    return this.#state.inOrder(id, async () => {
      let away: Error | undefined;
      if (!(await this.#state.isUnsent(id))) {
        const { writes } = this.#state;
        const answer = await this.#ask(there).catch(async (thrown: unknown) => {
          if (isNotFound(thrown)) await this.#gone([id], writes);
          throw thrown;
        });
        if ("value" in answer) {
          await this.#keepCopy(() => copy(answer.value));
          await this.#state.wrote(id, "remote");
          return answer.value;
        }
        away = answer.away;
      }
      const reply = await here();
      if (reply === "unknown") throw away ?? new Unknown();
      await this.#state.wrote(id, "local");
      return reply;
    });
  }

  async #read({ there, here, known }: Read): Promise<Pipeline | null> {
    const { writes } = this.#state;
    const answer = await this.#ask(there);
    if ("away" in answer) {
      const copy = await here();
      if (copy === null) throw answer.away;
      return copy;
    }
    const pipeline = answer.value;
    if (known !== undefined && (pipeline === null || foldId(pipeline.id) !== foldId(known))) await this.#gone([known], writes);
    if (pipeline === null) return known !== undefined && (await this.#state.isUnsent(known)) ? here() : null;
    if (await this.#state.isUnsent(pipeline.id)) return this.#local.get(pipeline.id);
    if (writes === this.#state.writes) await this.#keepCopy(() => this.#local.journal.adopt(pipeline));
    return pipeline;
  }

  /**
   * The remote has answered without these pipelines: their copies go, unless the answer is older than a write. Where the
   * remote shows one account only, copies of others go too; whoever may see them gets them from the remote again.
   */
  async #gone(ids: readonly string[], writes: number): Promise<void> {
    if (ids.length === 0 || writes !== this.#state.writes) return;
    this.#state.dropped();
    await this.#keepCopy(() => this.#local.journal.dropCopies(ids));
  }

  async #ask<T>(call: () => Promise<T>): Promise<Answer<T>> {
    try {
      const value = await call();
      this.#state.found("reached");
      return { value };
    } catch (thrown) {
      if (!isRetryable(thrown)) {
        this.#state.found("reached");
        throw thrown;
      }
      this.#state.found("away");
      return { away: thrown as Error };
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

/** Nobody has this pipeline: an unsent deletion stands in its place. */
class Unknown extends PipelineError {
  constructor() {
    super({ code: "not_found", message: "there is no such pipeline" });
  }
}

function isRepository(given: unknown): given is PipelineRepository {
  return hasMethods(given, ["list", "get", "findByWebhookSecret", "create", "update", "delete", "recordRun"]);
}

function isJournaled(given: unknown): given is JournaledRepository {
  if (!isRepository(given) || !hasMethods(given, ["subscribe"])) return false;
  const { journal } = optionsOf<JournaledRepository>(given, ["journal"]);
  return hasMethods(journal, ["create", "update", "delete", "recordRun", "adopt", "adoptRun", "forget", "dropCopies", "unsent"]);
}

function isRetryable(thrown: unknown): boolean {
  try {
    return typeof thrown === "object" && thrown !== null && (thrown as { retryable?: unknown }).retryable === true;
  } catch {
    return false; // it does not let itself be looked at
  }
}

function isNotFound(thrown: unknown): boolean {
  return isPipelineError(thrown) && thrown.code === "not_found";
}

function unknownOr(thrown: unknown): "unknown" {
  if (isNotFound(thrown)) return "unknown";
  throw thrown;
}

function nothingHappens(thrown: unknown): void {
  if (!(thrown instanceof Unknown)) throw thrown;
}
