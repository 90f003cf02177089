import { optionsOf } from "../options.js";
import { MemoryStorage } from "../storage/memory.js";
import type { SecretStorage } from "../types.js";
import { RunTable } from "../storage/run-table.js";
import { DeviceRepository } from "./device.js";
import { LocalRuns, type RunPlace } from "./local-runs.js";
import type { PipelineRuns, RunHistory } from "./runs.js";
import type { Plan, Table } from "./table.js";

const RUNS = 100;

/** Options of {@link InMemoryPipelineRepository}. */
export interface InMemoryOptions {
  /** `hashed` by default: secrets are shown once, and only their digests stay. */
  secretStorage?: SecretStorage | undefined;
  /** How much is kept of runs that have ended: by default 100 of a pipeline, for 90 days. */
  history?: RunHistory | undefined;
}

/** Pipelines for as long as the process or page lives: for tests, and below the fallback where nothing else is. */
export class InMemoryPipelineRepository extends DeviceRepository {
  readonly #runs: LocalRuns;
  #table = new RunTable();

  /** Throws `config` for a bad option. */
  constructor(options?: InMemoryOptions) {
    const { secretStorage, history } = optionsOf<InMemoryOptions>(options, ["secretStorage", "history"]);
    super(new MemoryStorage(), { secretStorage });
    const place = {
      readRuns: () => this.read(() => this.#table),
      changeRuns: <T>(decide: Parameters<RunPlace["changeRuns"]>[0]) =>
        this.read((pipelines) => {
          const { runs, reply } = decide(this.#table, () => pipelines);
          this.#table = runs;
          return reply as T;
        }),
      readPipelines: <T>(reading: (table: Table) => T) => this.read(reading),
      changePipelines: <T>(plan: Plan<T>) => this.change(plan),
    };
    this.#runs = new LocalRuns(place, { secretStorage, history, usual: { runs: RUNS } });
  }

  get runs(): PipelineRuns {
    return this.#runs;
  }

  /** Queues runs for the times that are due at `now`, by default this one, and ends those whose leases have run out. */
  async tick(now?: number): Promise<void> {
    await this.#runs.tick(now);
  }

  override async delete(id: string): Promise<void> {
    await super.delete(id);
    await this.#runs.forget(id);
  }
}
