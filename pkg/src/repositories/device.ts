import { foldId } from "../ident.js";
import { Outbox } from "../outbox/outbox.js";
import type { OutboxStorage } from "../storage/storage.js";
import { LocalRepository } from "./local.js";
import type { TableOptions } from "./table.js";

/** A repository of this device, beneath a {@link FallbackPipelineRepository} or alone. */
export abstract class DeviceRepository extends LocalRepository {
  /** For {@link FallbackPipelineRepository}: changes that wait for a server. */
  readonly outbox: Outbox;

  protected constructor(storage: OutboxStorage, options: TableOptions) {
    super(storage, options);
    this.outbox = new Outbox({
      storage,
      accountId: options.accountId,
      change: (plan, pipeline) => this.change(plan, pipeline),
      unsent: () => this.read((table) => new Set(table.unsent().map(({ id }) => foldId(id)))),
    });
  }
}
