import { call } from "../core.js";
import type { SecretStorage } from "../types.js";

/** What a repository may be told of its pipelines. */
export interface Settings {
  accountId?: string | undefined;
  secretStorage?: SecretStorage | undefined;
  /** Whether the documents of rows come and go as JSON text, in which a number keeps its digits. */
  documentText?: boolean | undefined;
}

/** Throws `config` for a setting that would fail later. */
export function checkSettings(settings: Settings): void {
  call("checkSettings", (packer) => packer.add(settings));
}
