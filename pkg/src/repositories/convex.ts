// The repository behind the Convex HTTP actions, or behind an app's own route that speaks the same wire.
import { PipelineError } from "../error.js";
import { config, optionsOf } from "../options.js";
import { send, type ClientOptions } from "../http/client.js";
import type { Fetch } from "../http/web.js";
import { sortPipelines } from "../pipeline.js";
import type { Pipeline, PipelineCreateInput, PipelineListItem, PipelineUpdateInput } from "../types.js";
import { buildRequest, checkEndpoint, readPage, type Endpoint, type Operation, type OperationArgs, type OperationResult, type Page, type PipelineResponse } from "../wire.js";
import type { SettlingRepository } from "../outbox/exchange.js";
import type { OutboxArguments, OutboxOperation } from "../outbox/rows.js";
import { CREATE_OPTIONS, UPDATE_OPTIONS } from "./local.js";
import type { Replayable, ReplayableUpdate } from "./repository.js";
import type { PipelineRuns } from "./runs.js";
import { checkSettings } from "./settings.js";

/** Options of {@link ConvexPipelineRepository}. */
export interface ConvexOptions {
  /** `https://….convex.site`, or the app's own origin with `/api`. A path prefix is kept. */
  baseUrl: string;
  /** The admin token, on a server. A browser has none: its session's cookie goes to the app's own route. */
  authToken?: string | undefined;
  /** `Bearer` by default. */
  authScheme?: string | undefined;
  /** Whose pipelines these are; without it the admin token sees all. */
  accountId?: string | undefined;
  /** The host's `fetch` by default. */
  fetch?: Fetch | undefined;
  /** For a whole answer, body included; 15 seconds by default. */
  timeoutMs?: number | undefined;
  /** Lets `baseUrl` be plain http on another machine. */
  allowInsecure?: boolean | undefined;
}

const TIMEOUT_MS = 15_000;
const OPTIONS = ["baseUrl", "authToken", "authScheme", "allowInsecure", "accountId", "fetch", "timeoutMs"] as const;
/** The longest that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * What is not a whole answer of this interface is an error: `unavailable` where none came in time, `protocol` for a
 * redirect (none is followed), for more than 32 MiB and for whatever else something other than the server said.
 * Nothing is sent twice: a `retryable` error has the server's `Retry-After` as `retryAfterMs`, for whoever does.
 */
export class ConvexPipelineRepository implements SettlingRepository {
  readonly #endpoint: Endpoint;
  readonly #account: { accountId?: string };
  readonly #client: ClientOptions;
  #damaged: readonly string[] = [];

  /** Runs, over the wire. To claim, renew and finish them needs the token. */
  readonly runs: PipelineRuns = {
    start: (run) => this.#call("startRun", { ...run, ...this.#account }),
    claim: (claim) => this.#call("claimRun", { ...claim, ...this.#account }),
    renew: (claim) => this.#call("renewRun", { ...claim, ...this.#account }),
    finish: async (finished) => {
      const pipeline = await this.#call("recordRun", { ...finished, ...this.#account });
      if (pipeline === null) throw new PipelineError({ code: "not_found", message: "there is no such pipeline" });
      return pipeline;
    },
    list: async (page) => {
      const { data, cursor } = await this.#page("listRuns", { ...page, ...this.#account });
      return { runs: data, ...(cursor !== undefined && { cursor }) };
    },
    get: (runId) => this.#call("getRun", { runId, ...this.#account }),
  };

  /** Throws `config` for an option that would fail later. */
  constructor(options: ConvexOptions) {
    const read = optionsOf<ConvexOptions>(options, OPTIONS);
    const { baseUrl, authToken, authScheme, allowInsecure, accountId, fetch, timeoutMs = TIMEOUT_MS } = read;
    const endpoint = { baseUrl, authToken, authScheme, allowInsecure };
    checkEndpoint(endpoint);
    this.#endpoint = endpoint;
    checkSettings({ accountId });
    if (fetch !== undefined && typeof fetch !== "function") throw config("fetch", "must be a function");
    if (!Number.isFinite(timeoutMs) || timeoutMs <= 0 || timeoutMs > LONGEST_MS) throw config("timeoutMs", "must be a positive number of milliseconds");
    this.#account = accountId === undefined ? {} : { accountId };
    this.#client = { fetch, timeoutMs, credentials: authToken === undefined ? "same-origin" : "omit" };
  }

  /** What the last complete list held and could not be read here: ids or, without one, places such as `result[3]`. */
  get damaged(): readonly string[] {
    return this.#damaged;
  }

  async list(): Promise<PipelineListItem[]> {
    // While pages are fetched a pipeline may be renamed, and then come twice: what the later page says is newer.
    const items = new Map<string, PipelineListItem>();
    const damaged: string[] = [];
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await this.#page("list", { ...this.#account, ...(cursor === undefined ? {} : { cursor }) });
      for (const item of page.data) items.set(item.id, item);
      for (const { id, index } of page.damaged ?? []) damaged.push(id ?? `result[${String(index)}]`);
      cursor = page.cursor;
      if (cursor !== undefined && seen.has(cursor)) {
        throw new PipelineError({ code: "protocol", message: "the list does not end: a cursor came twice" });
      }
      if (cursor !== undefined) seen.add(cursor);
    } while (cursor !== undefined);
    this.#damaged = damaged;
    return sortPipelines([...items.values()]);
  }

  async get(id: string): Promise<Pipeline | null> {
    return this.#call("get", { id, ...this.#account });
  }

  async findByWebhookSecret(secret: string): Promise<Pipeline | null> {
    return this.#call("findByWebhookSecret", { secret });
  }

  /** With an id and a secret's digest the creation can be repeated; the secret itself stays with the caller. */
  async create(input: PipelineCreateInput, options?: Replayable): Promise<Pipeline> {
    return this.#call("create", given({ input, ...this.#account, ...optionsOf<Replayable>(options, CREATE_OPTIONS) }));
  }

  /** With a secret's digest a rotation sets that secret. */
  async update(id: string, input: PipelineUpdateInput, options?: ReplayableUpdate): Promise<Pipeline> {
    const more = optionsOf<ReplayableUpdate>(options, UPDATE_OPTIONS);
    return this.#call("update", given({ id, input, ...this.#account, ...more }));
  }

  async delete(id: string): Promise<void> {
    await this.#call("delete", { id, ...this.#account });
  }

  async recordRun(id: string, completedAt: string): Promise<void> {
    await this.#call("recordRun", { id, completedAt, ...this.#account });
  }

  /** One operation of an outbox, and whatever answered it: what that means is for the outbox to judge. */
  async exchange(operation: OutboxOperation, args: OutboxArguments): Promise<PipelineResponse> {
    const request = buildRequest(operation, { ...args, ...this.#account } as OperationArgs[OutboxOperation], this.#endpoint);
    return send(request, this.#client);
  }

  async #call<O extends Operation>(operation: O, args: OperationArgs[O]): Promise<OperationResult[O]> {
    return (await this.#page(operation, args)).data;
  }

  async #page<O extends Operation>(
    operation: O,
    args: OperationArgs[O],
  ): Promise<Page<OperationResult[O]>> {
    return readPage(operation, await send(buildRequest(operation, args, this.#endpoint), this.#client));
  }
}

/** Without what is absent. */
function given<T extends object>(args: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as never;
}
