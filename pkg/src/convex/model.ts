/** What the core decides about stored rows, with its types; clock and entropy are read at the moment of the call. */
import type { RefusalName } from "../calls.js";
import { call, entropy, type Pack } from "../core.js";
import { readCall } from "../http-model.js";
import type { Pipeline, PipelineListItem, SecretStorage } from "../types.js";
import type { PipelineRow, Place } from "./rows.js";

/** A change that the core has worked out: the row to write, and what the caller is told. */
export interface Plan {
  row: PipelineRow;
  reply: Pipeline;
}

/** The row of a new pipeline. Throws `invalid`. */
export function planCreate(args: object, secretStorage: SecretStorage): Plan {
  return call("planCreate", (packer) => packer.add(args, WRAPPED).add(secretStorage), Date.now(), entropy());
}

/** The row after an update. Throws `invalid` and, where the caller knew an older version, `conflict`. */
export function planUpdate(row: PipelineRow, args: object, secretStorage: SecretStorage): Plan {
  const pack: Pack = (packer) => packer.add(row, STORED).add(args, WRAPPED).add(secretStorage);
  return call("planUpdate", pack, Date.now(), entropy());
}

/** The row after a completed run. */
export function planRecordRun(row: PipelineRow, args: object, secretStorage: SecretStorage): Plan {
  return call("planRecordRun", (packer) => packer.add(row, STORED).add(args).add(secretStorage));
}

/** The pipeline as replies show it. */
export function showRow(row: PipelineRow, secretStorage: SecretStorage): Pipeline {
  return call("showRow", (packer) => packer.add(row, STORED).add(secretStorage));
}

/** The pipeline as lists show it. Its steps are most of a row and nothing of the item: a page of them stays out. */
export function listItem({ steps, ...row }: PipelineRow): PipelineListItem {
  return call("rowListItem", (packer) => packer.add(row, STORED));
}

/** The stored values under which this secret may be found, in the order to try. */
export function secretCandidates(secret: string): string[] {
  return call("secretCandidates", (packer) => packer.add(secret));
}

/** The place of a row in the order of lists, as the text that a caller gives back for the next page. */
export function cursorAfter(row: PipelineRow): string {
  return call("cursorAfter", (packer) => packer.add(row, STORED));
}

interface ListCall {
  accountId?: string;
  cursor?: string;
  limit: number;
}

/** Which page a caller wants. Throws `invalid`. */
export function readPage(args: object): { accountId: string | undefined; after: Place | null; limit: number } {
  const { accountId, cursor, limit } = readCall<ListCall>("list", encoder.encode(JSON.stringify(args)));
  const after = cursor === undefined ? null : call<Place>("readCursor", (packer) => packer.add(cursor));
  return { accountId, after, limit };
}

/** Ends the call with the core's error for `reason`. */
export function refuse(reason: RefusalName): never {
  return call<never>(reason);
}

const encoder = /* @__PURE__ */ new TextEncoder();
/** `input` is one level below the arguments, and may be as deep as everywhere else. */
const WRAPPED = { wrapping: 1 };
/** Rows are the database's, which has limits of its own. */
const STORED = { unlimited: true };
