import { resolve } from "node:path";
import { PipelineError } from "../error.js";
import { FileStorage } from "../storage/file.js";
import type { SecretStorage } from "../types.js";
import { LocalRepository } from "./local.js";

/** Options of {@link JsonFilePipelineRepository}. */
export interface JsonFileOptions {
  /** `hashed` by default: secrets are shown once, and only their digests stay. */
  secretStorage?: SecretStorage | undefined;
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
    super(new FileStorage(resolve(filePath)), { secretStorage: options.secretStorage });
  }
}
