import { optionsOf } from "../options.js";
import { MemoryStorage } from "../storage/memory.js";
import type { SecretStorage } from "../types.js";
import { DeviceRepository } from "./device.js";

/** Options of {@link InMemoryPipelineRepository}. */
export interface InMemoryOptions {
  /** `hashed` by default: secrets are shown once, and only their digests stay. */
  secretStorage?: SecretStorage | undefined;
}

/** Pipelines for as long as the process or page lives: for tests, and below the fallback where nothing else is. */
export class InMemoryPipelineRepository extends DeviceRepository {
  /** Throws `config` for a bad option. */
  constructor(options?: InMemoryOptions) {
    super(new MemoryStorage(), optionsOf<InMemoryOptions>(options, ["secretStorage"]));
  }
}
