// A JSON file as the server of a route: calls of the wire, and operations of outboxes.
import { call, entropy, packed } from "../core.js";
import type { OperationArguments, ServedOperation } from "../http/handler.js";
import { foldId } from "../ident.js";
import { comparePlaces, type Place } from "../place.js";
import type { CursorChange, FileContent } from "../storage/file-content.js";
import type { Planned } from "../storage/storage.js";
import type { PipelineListItem } from "../types.js";
import type { OperationAnswer, OperationArgs, OperationStamp } from "../wire.js";
import { planCreate, planDelete, planRecordRun, planUpdate } from "./local.js";
import type { PipelineRepository } from "./repository.js";
import type { PipelineRuns } from "./runs.js";
import type { Plan, Table } from "./table.js";

/** What calls are carried out with. */
export interface Server {
  repository: PipelineRepository & { runs: PipelineRuns };
  change: <T>(plan: Plan<T>) => Promise<T>;
}

/** How each call without `op` is carried out. */
export const served: {
  [O in ServedOperation]: (server: Server, args: OperationArgs[O]) => Promise<OperationAnswer>;
} = {
  list: async ({ repository }, args) => pageOf(await repository.list(), args),
  get: async ({ repository }, { id }) => ({ result: await repository.get(id) }),
  findByWebhookSecret: async ({ repository }, { secret }) => ({ result: await repository.findByWebhookSecret(secret) }),
  create: async ({ change }, { id, input, secretDigest, secretLastFour }) => ({
    result: await change(planCreate({ id, input, secretDigest, secretLastFour })),
  }),
  update: async ({ change }, { id, input, expectedUpdatedAt, secretDigest, secretLastFour }) => ({
    result: await change(planUpdate({ id, input, expectedUpdatedAt, secretDigest, secretLastFour })),
  }),
  delete: async ({ repository, change }, { id }) => {
    const result = await change(planDelete(id));
    if (result === true) await repository.delete(id); // and its runs
    return { result };
  },
  recordRun: async ({ repository, change }, { id, completedAt, run }) => {
    if (run !== undefined) return { result: await repository.runs.finish({ id, completedAt, run }) };
    return { result: await change(planRecordRun({ id, completedAt })) };
  },
  startRun: async ({ repository }, { id, trigger, runId, payload }) => ({
    result: await repository.runs.start({ id, trigger, runId, payload }),
  }),
  claimRun: async ({ repository }, { worker, leaseMs }) => ({ result: await repository.runs.claim({ worker, leaseMs }) }),
  renewRun: async ({ repository }, { runId, worker, leaseMs }) => ({
    result: await repository.runs.renew({ runId, worker, leaseMs }),
  }),
  listRuns: async ({ repository }, { id, cursor, limit }) => {
    const page = await repository.runs.list({ id, cursor, limit });
    return { result: page.runs, cursor: page.cursor };
  },
  getRun: async ({ repository }, { runId }) => ({ result: await repository.runs.get(runId) }),
};

const MOST_ITEMS = 1000;

function pageOf(items: PipelineListItem[], { cursor, limit = MOST_ITEMS }: OperationArgs["list"]): OperationAnswer {
  const after = cursor === undefined ? undefined : call<Place>("readCursor", (packer) => packer.add(cursor));
  const rest = after === undefined ? items : items.filter((item) => comparePlaces(item, after) > 0);
  const result = rest.slice(0, limit);
  const last = result.at(-1);
  if (last === undefined || result.length === rest.length) return { result };
  const { name, id } = last;
  return { result, cursor: call("cursorAfter", (packer) => packer.add({ name, id })) };
}

/** What the store makes of an operation. */
interface Settled {
  answer: OperationAnswer;
  /** Absent where the operation was answered before, or cannot be. */
  cursor?: CursorChange["cursor"];
  forget: string;
}

/** Works out what an operation changes in a file, whose cursor is the one that stands there then. */
export function planSettle(operation: ServedOperation, args: OperationArguments, accountId: string | undefined) {
  const values = packed((packer) => packer.add(operation).add(args, STAMPED));
  const { id, op } = args as { id?: unknown; op: Partial<OperationStamp> | null };
  const key = { pipelineId: typeof id === "string" ? foldId(id) : "", clientId: op?.clientId ?? "", accountId };
  return (table: Table, content: FileContent): Planned<Settled> => {
    const all = packed((packer) => packer.addPacked(values).add(content.cursor(key), STORED));
    return table.plan("settle", all, Date.now(), entropy());
  };
}

/** What is written of an operation beside its pipeline. */
export function cursorOf({ cursor, forget }: Settled): CursorChange | undefined {
  return cursor && { cursor, forget };
}

/** `input` and the old values of `op` stand around what a user gave and a document held. */
const STAMPED = { wrapping: 2 };
const STORED = { unlimited: true };
