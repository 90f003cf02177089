/** What the core decides about stored rows, with its types; clock and entropy are read at the moment of the call. */
import { ask, call, entropy, limits } from "../core.js";
import { PipelineError } from "../error.js";
import { readCall } from "../http-model.js";
import { withPacker } from "../pack.js";
import type { Pipeline, PipelineListItem, SecretStorage } from "../types.js";
import type { PipelineRow, Place } from "./rows.js";

/** A change that the core has worked out: the row to write, and what the caller is told. */
export interface Plan {
  row: PipelineRow;
  reply: Pipeline;
}

/** The row of a new pipeline. Throws `invalid`. */
export function planCreate(args: object, secretStorage: SecretStorage): Plan {
  return call((core, packer) => core.planCreate(packer.pack(args, WRAPPED), secretStorage, Date.now(), entropy()));
}

/** The row after an update. Throws `invalid` and, where the caller knew an older version, `conflict`. */
export function planUpdate(row: PipelineRow, args: object, secretStorage: SecretStorage): Plan {
  return call((core, packer) =>
    core.planUpdate(packer.pack(row, STORED), packer.pack(args, WRAPPED), secretStorage, Date.now(), entropy()),
  );
}

/** The row after a completed run. */
export function planRecordRun(row: PipelineRow, args: object, secretStorage: SecretStorage): Plan {
  return call((core, packer) => core.planRecordRun(packer.pack(row, STORED), packer.pack(args), secretStorage));
}

/** The pipeline as replies show it. */
export function showRow(row: PipelineRow, secretStorage: SecretStorage): Pipeline {
  return call((core, packer) => core.showRow(packer.pack(row, STORED), secretStorage));
}

/** The pipeline as lists show it. Its steps are most of a row and nothing of the item: a page of them stays out. */
export function listItem({ steps, ...row }: PipelineRow): PipelineListItem {
  return call((core, packer) => core.rowListItem(packer.pack(row, STORED)));
}

/** The stored values under which this secret may be found, in the order to try. */
export function secretCandidates(secret: string): string[] {
  return call((core, packer) => core.secretCandidates(packer.pack(secret)));
}

/** The place of a row in the order of lists, as the text that a caller gives back for the next page. */
export function cursorAfter(row: PipelineRow): string {
  return withPacker(limits, (packer) => ask((core) => core.cursorAfter(packer.pack(row, STORED))));
}

interface ListCall {
  accountId?: string;
  cursor?: string;
  limit: number;
}

/** Which page a caller wants. Throws `invalid`. */
export function readPage(args: object): { accountId: string | undefined; after: Place | null; limit: number } {
  const { accountId, cursor, limit } = readCall<ListCall>("list", encoder.encode(JSON.stringify(args)));
  const after = cursor === undefined ? null : call<Place>((core) => core.readCursor(cursor));
  return { accountId, after, limit };
}

/** Why the database's answer ends a call. */
export type Refusal = "unknown_id" | "id_taken" | "secret_taken" | "contention";

/** Ends the call with the core's error for `reason`. */
export function refuse(reason: Refusal): never {
  ask((core) => {
    core.refuse(reason);
  });
  throw new PipelineError({ code: "internal", message: `${reason} was not refused` });
}

const encoder = /* @__PURE__ */ new TextEncoder();
/** `input` is one level below the arguments, and may be as deep as everywhere else. */
const WRAPPED = { wrapping: 1 };
/** Rows are the database's, which has limits of its own. */
const STORED = { unlimited: true };
