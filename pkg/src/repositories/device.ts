import { mark } from "../core.js";
import { PipelineError } from "../error.js";
import { foldId } from "../ident.js";
import { optionsOf } from "../options.js";
import { Outbox } from "../outbox/outbox.js";
import type { OutboxRows } from "../outbox/rows.js";
import type { OutboxStorage } from "../storage/storage.js";
import { LocalRepository } from "./local.js";
import type { Settings } from "./settings.js";

/** Options of {@link DeviceRepository.clear}. */
export interface ClearOptions {
  /** Also deletes changes that no server has heard of. */
  discardUnsent?: boolean | undefined;
}

/**
 * Bears the {@link mark}: an app may hold this package twice, as ES modules and as CommonJS, and what is made by one half
 * of the same build works with the other. Of another version the insides may be other ones.
 */
export const DEVICE = Symbol.for("convex-pipelines.DeviceRepository");

/** A repository of this device, beneath a {@link FallbackPipelineRepository} or alone. */
export abstract class DeviceRepository extends LocalRepository {
  /** For {@link FallbackPipelineRepository}: changes that wait for a server. */
  readonly outbox: Outbox;
  readonly #storage: OutboxStorage;

  protected constructor(storage: OutboxStorage, options: Settings) {
    super(storage, options);
    this.#storage = storage;
    this.outbox = new Outbox({
      storage,
      accountId: options.accountId,
      change: (plan, pipeline) => this.change(plan, pipeline),
      unsent: () => this.read((table) => new Set(table.unsent().map(({ id }) => foldId(id)))),
    });
  }

  /** @internal */
  get [DEVICE](): string {
    return mark;
  }

  /**
   * Deletes everything that this device keeps for the account, in all tabs: for signing out on a shared computer. Throws
   * `conflict` while changes wait for a server, unless they are to be discarded.
   */
  async clear(options?: ClearOptions): Promise<void> {
    const { discardUnsent } = optionsOf<ClearOptions>(options, ["discardUnsent"]);
    const waiting = await this.#storage.clear(discardUnsent === true);
    this.reload();
    if (waiting === 0) return;
    const changes = waiting === 1 ? "1 change has" : `${String(waiting)} changes have`;
    throw new PipelineError({ code: "conflict", message: `${changes} not reached the server: send or discard what waits first` });
  }

  /** What waits for a server, as JSON can hold it: to be kept elsewhere where this device can no longer be relied on. */
  async export(): Promise<OutboxRows> {
    return this.#storage.unsent();
  }
}
