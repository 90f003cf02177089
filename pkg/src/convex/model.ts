/** What the core decides about stored rows, with its types; clock and entropy are read at the moment of the call. */
import { convexToJson, jsonToConvex, type Infer, type JSONValue, type Value } from "convex/values";
import type { RefusalName } from "../calls.js";
import { call, entropy, type Pack } from "../core.js";
import { isPipelineError, type PipelineError } from "../error.js";
import { readCall, type OperationArguments } from "../http/model.js";
import { textEncoder } from "../text.js";
import type { Issue, Pipeline, PipelineListItem, SecretStorage } from "../types.js";
import type { UpdateStamp } from "../wire.js";
import type { CursorRow, PipelineRow } from "./tables.js";
import type { operationAnswerValidator } from "./validators.js";

/** The operations that an outbox sends. */
export type StampedOperation = "create" | "update" | "delete" | "recordRun";
/** What a call with `op` is answered. */
export type Answer = Infer<typeof operationAnswerValidator>;

/** A place in the order of lists. In a row that is damaged the fields may be absent, or of any type. */
export interface Place {
  nameKey: string;
  name: string;
  id: string;
}

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
  const pack: Pack = (packer) => packer.add(convexToJson(row), STORED).add(args, WRAPPED).add(secretStorage);
  return values(call("planUpdate", pack, Date.now(), entropy()));
}

/** The row after a completed run. */
export function planRecordRun(row: PipelineRow, args: object, secretStorage: SecretStorage): Plan {
  return values(call("planRecordRun", (packer) => packer.add(convexToJson(row), STORED).add(args).add(secretStorage)));
}

/** What stands where an operation is to be carried out. */
export interface Before {
  cursor?: CursorRow;
  row?: PipelineRow;
  /** Whether the id of a creation, or the secret that an operation brings, is somebody else's. */
  isTaken?: boolean;
  /** What was found wrong with the arguments, which were then left out. */
  issues?: readonly Issue[];
}

/** What becomes of an operation. */
export interface Settled {
  /** The cursor to write; absent where there is nothing to write at all. */
  cursor?: CursorRow;
  /** The row to write; `null` where it goes. */
  row?: PipelineRow | null;
  answer: Answer;
  /** Clients that were silent since then may be forgotten, once their pipeline is gone. */
  forget: string;
}

/** Settles a call with `op`. Throws `invalid` where that is not what it must be. */
export function settle(operation: StampedOperation, args: object, before: Before, secretStorage: SecretStorage): Settled {
  const [given, stands] = [args, before].map((value) => convexToJson(value as Value));
  const pack: Pack = (packer) => packer.add(operation).add(given, STORED).add(stands, STORED).add(secretStorage);
  return values(call("settle", pack, Date.now()));
}

/** The call with `op` that a mutation can be given: where the arguments have issues, Convex may not even take them. */
export function carried(operation: StampedOperation, args: OperationArguments): OperationArguments {
  const issues = call<Issue[] | null>("issuesOfCall", (packer) => packer.add(operation).add(args, ON_THE_WIRE));
  const { id, accountId } = args;
  const stamp = args["op"] as UpdateStamp;
  const op = stamp.old === undefined ? stamp : { ...stamp, old: mapped(stamp.old, held) };
  if (issues === null) return { ...args, op };
  return { id, ...(accountId !== undefined && { accountId }), op, issues };
}

/** A value of the wire as Convex has it. What Convex cannot hold stands nowhere: it becomes what no field holds. */
function held(value: unknown): Value {
  try {
    return jsonToConvex(value as JSONValue);
  } catch {
    return {};
  }
}

function mapped(record: object, change: (value: unknown) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** The pipeline as replies show it. */
export function showRow(row: PipelineRow, secretStorage: SecretStorage): Pipeline {
  return values(call("showRow", (packer) => packer.add(convexToJson(row), STORED).add(secretStorage)));
}

/** The pipeline as lists show it. Its steps are most of a row and nothing of the item: a page of them stays out. */
export function listItem({ steps, ...row }: PipelineRow): PipelineListItem {
  return values(call("rowListItem", (packer) => packer.add(convexToJson(row), STORED)));
}

/** Why the core cannot read a row; empty where it can. */
export function faultsOf(row: PipelineRow): readonly Issue[] {
  try {
    showRow(row, "hashed");
    return [];
  } catch (thrown) {
    if (isInvalid(thrown)) return thrown.issues;
    throw thrown;
  }
}

/** Whether `thrown` says that a value has issues. */
export function isInvalid(thrown: unknown): thrown is PipelineError {
  return isPipelineError(thrown) && thrown.code === "invalid";
}

/** How the id of a stored row may be written, in the order to try. */
export function idSpellings(id: string): string[] {
  return call("idSpellings", (packer) => packer.add(id));
}

/** The stored values under which this secret may be found, in the order to try. */
export function secretCandidates(secret: string): string[] {
  return call("secretCandidates", (packer) => packer.add(secret));
}

/** The place of a row in the order of lists, as the text that a caller gives back for the next page. */
export function cursorAfter({ nameKey, name, id }: Place): string {
  return call("cursorAfter", (packer) => packer.add(convexToJson({ nameKey, name, id }), STORED));
}

interface ListCall {
  accountId?: string;
  cursor?: string;
  limit: number;
}

/** Which page a caller wants. Throws `invalid`. */
export function readPage(args: object): { accountId: string | undefined; after: Place | null; limit: number } {
  const { accountId, cursor, limit } = readCall<ListCall>("list", textEncoder().encode(JSON.stringify(args)));
  return { accountId, after: cursor === undefined ? null : placeOf(cursor), limit };
}

function placeOf(cursor: string): Place {
  const place = call<JSONValue>("readCursor", (packer) => packer.add(cursor));
  try {
    return jsonToConvex(place) as unknown as Place;
  } catch {
    return refuse("noCursor"); // whoever made it up does not know how Convex writes a number
  }
}

/** Ends the call with the core's error for `reason`. */
export function refuse(reason: RefusalName): never {
  return call<never>(reason);
}

/**
 * What the core says of a row, with Convex's own values again. Rows go in as Convex writes them in JSON: there are values
 * (an int64, bytes, NaN) that JSON has no words for, and a row that holds one must come out as it was.
 */
function values<Answer>(answer: Answer): Answer {
  return jsonToConvex(answer as JSONValue) as Answer;
}

/** `input` is one level below the arguments, and may be as deep as everywhere else. */
const WRAPPED = { wrapping: 1 };
/** `input` and the old values of `op`. */
const ON_THE_WIRE = { wrapping: 2 };
/** Rows are the database's, which has limits of its own. */
const STORED = { unlimited: true };
