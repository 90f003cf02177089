import { config, optionsOf } from "../options.js";
import { IndexedDbStorage } from "../storage/indexeddb.js";
import type { LocalStatus } from "../storage/local-status.js";
import type { SecretStorage } from "../types.js";
import { DeviceRepository } from "./device.js";
import { checkSettings } from "./settings.js";

/** Options of {@link IndexedDbPipelineRepository.open}. */
export interface IndexedDbOptions {
  /** The database, `convex-pipelines` by default. */
  name?: string | undefined;
  /** Whose pipelines these are, 1 to 200 units. Every account of a device has rows of its own. */
  accountId?: string | undefined;
  /** `hashed` by default: secrets are shown once, and only their digests stay. */
  secretStorage?: SecretStorage | undefined;
}

/**
 * Pipelines on this device. A promise of this repository resolves when its change would survive a power cut; where
 * there is no usable IndexedDB it works from memory, and {@link IndexedDbPipelineRepository.status} says so.
 */
export class IndexedDbPipelineRepository extends DeviceRepository {
  readonly #storage: IndexedDbStorage;

  private constructor(storage: IndexedDbStorage, options: IndexedDbOptions) {
    super(storage, { accountId: options.accountId, secretStorage: options.secretStorage });
    this.#storage = storage;
  }

  /** Opens the database and reads it. Throws `config` for a bad option, and nothing else. */
  static async open(options?: IndexedDbOptions): Promise<IndexedDbPipelineRepository> {
    const read = optionsOf<IndexedDbOptions>(options, ["name", "accountId", "secretStorage"]);
    const { name = "convex-pipelines", accountId = "" } = read;
    if (typeof name !== "string") throw config("name", "must be a string");
    checkSettings({ accountId: read.accountId, secretStorage: read.secretStorage });
    const repository = new IndexedDbPipelineRepository(new IndexedDbStorage(name, accountId), read);
    await repository.read(() => undefined);
    return repository;
  }

  /** How what is saved here is kept; the same object until it changes. */
  get status(): LocalStatus {
    return this.#storage.status;
  }

  /** Calls `listener` whenever {@link status} changes. */
  subscribeStatus(listener: () => void): () => void {
    return this.#storage.subscribeStatus(listener);
  }
}
