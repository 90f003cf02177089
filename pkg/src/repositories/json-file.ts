import { resolve } from "node:path";
import { PipelineError } from "../error.js";
import { FileStorage } from "../storage/file.js";
import type { Pipeline, PipelineCreateInput, PipelineUpdateInput, SecretStorage } from "../types.js";
import { LocalRepository, planCreate, planUpdate } from "./local.js";
import type { UpdateOptions } from "./repository.js";

/** Options of {@link JsonFilePipelineRepository}. */
export interface JsonFileOptions {
  /** `hashed` by default: secrets are shown once, and only their digests stay. */
  secretStorage?: SecretStorage | undefined;
  /** Whose pipelines are seen and made, 1 to 200 units; without it all are seen. */
  accountId?: string | undefined;
}

/** What a caller on the wire brings so that it can repeat a creation or a rotation whose answer was lost. */
export interface Replayable {
  /** A UUID; `conflict` if it is taken. */
  id?: string | undefined;
  /** Hex SHA-256 of a secret that stays with the caller; the reply then has none. */
  secretDigest?: string | undefined;
  /** What a page may show of the secret behind the digest. */
  secretLastFour?: string | undefined;
}

/**
 * Pipelines in a JSON file, `{ "pipelines": [...] }`, for one machine's Node processes. A missing file is empty; a
 * damaged one is a `storage` error that names it, and is never overwritten.
 */
export class JsonFilePipelineRepository extends LocalRepository {
  /** Throws `config` for a bad option. Nothing is read before the first call. */
  constructor(filePath: string, options: JsonFileOptions = {}) {
    const given: unknown = filePath; // often an environment variable, and then not always there
    if (typeof given !== "string" || given === "") {
      throw new PipelineError({ code: "config", message: "the path of the JSON file must be a string" });
    }
    // Resolved now: the process may change its folder later.
    const { secretStorage, accountId } = options;
    super(new FileStorage(resolve(filePath)), { secretStorage, accountId });
  }

  override async create(input: PipelineCreateInput, { id, secretDigest, secretLastFour }: Replayable = {}): Promise<Pipeline> {
    return this.change(planCreate({ input, id, secretDigest, secretLastFour }, false));
  }

  override async update(
    id: string,
    input: PipelineUpdateInput,
    options: UpdateOptions & Omit<Replayable, "id"> = {},
  ): Promise<Pipeline> {
    const { expectedUpdatedAt, secretDigest, secretLastFour } = options;
    return this.change(planUpdate({ id, input, expectedUpdatedAt, secretDigest, secretLastFour }, false));
  }
}
