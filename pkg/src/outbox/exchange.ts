// How an operation reaches a server: as one call of the wire, or by the methods of a repository that knows no operations.
import { isPipelineError } from "../error.js";
import { hasMethods } from "../options.js";
import type { PipelineRepository, Replayable, ReplayableUpdate, UpdateOptions } from "../repositories/repository.js";
import type { Pipeline, PipelineCreateInput, PipelineUpdateInput } from "../types.js";
import type { PipelineResponse } from "../wire.js";
import type { OutboxArguments, OutboxOperation } from "./rows.js";

/** Sends an operation. Resolves with whatever answered; rejects where nothing did. */
export type Exchange = (operation: OutboxOperation, args: OutboxArguments) => Promise<PipelineResponse>;

/** A repository before a server that settles operations, each once, however often it comes. */
export interface SettlingRepository extends PipelineRepository {
  exchange: Exchange;
}

/** A repository that may be told what a repeated call must not make anew. Those that cannot ignore what they do not know. */
interface PlainRemote extends PipelineRepository {
  create(input: PipelineCreateInput, options?: Replayable): Promise<Pipeline>;
  update(id: string, input: PipelineUpdateInput, options?: ReplayableUpdate): Promise<Pipeline>;
}

/** What each operation brings of these. */
interface Arguments extends Replayable, UpdateOptions {
  id: string;
  input: PipelineCreateInput & PipelineUpdateInput;
  completedAt: string;
}

/** What a repository answers, as the server of an outbox would say it. */
interface Verdict {
  verdict: "ok" | "rejected" | "conflict" | "gone";
  result?: unknown;
  issues?: unknown;
  current?: Pipeline | null;
}

/** The way to a remote. */
export function exchangeWith(remote: PipelineRepository): Exchange {
  if (isSettling(remote)) {
    const settling = remote;
    return (operation, args) => settling.exchange(operation, args);
  }
  return async (operation, args) => {
    const { opId, seq } = args.op as { opId: string; seq?: number };
    try {
      const { result, ...verdict } = await carryOut(remote, operation, args).catch((thrown: unknown) =>
        refusalOf(remote, operation, args.id, thrown),
      );
      return { status: 200, body: JSON.stringify({ result, op: { opId, seq, ...verdict } }) };
    } catch (thrown) {
      if (isPipelineError(thrown) && thrown.code === "unauthorized") return { status: 401, body: "" };
      throw thrown;
    }
  };
}

/** Carries a change out without an outbox: it is done, or its error is thrown. */
export async function directly(
  remote: PipelineRepository,
  operation: OutboxOperation,
  args: Record<string, unknown> & { id: string },
): Promise<unknown> {
  return (await carryOut(remote, operation, args)).result;
}

function isSettling(remote: PipelineRepository): remote is SettlingRepository {
  return hasMethods(remote, ["exchange"]);
}

async function carryOut(remote: PlainRemote, operation: OutboxOperation, args: object): Promise<Verdict> {
  const { id, input, completedAt, expectedUpdatedAt, secretDigest, secretLastFour } = args as Arguments;
  const secret = { secretDigest, secretLastFour };
  switch (operation) {
    case "create":
      return { verdict: "ok", result: await remote.create(input, { id, ...secret }) };
    case "update":
      return { verdict: "ok", result: await remote.update(id, input, { expectedUpdatedAt, ...secret }) };
    case "delete":
      await remote.delete(id);
      return { verdict: "ok", result: true };
    case "recordRun":
      await remote.recordRun(id, completedAt);
      return { verdict: "ok", result: await remote.get(id) };
  }
}

/** Why a remote has refused; throws where that is not known. */
async function refusalOf(remote: PlainRemote, operation: OutboxOperation, id: string, thrown: unknown): Promise<Verdict> {
  if (!isPipelineError(thrown)) throw thrown;
  const { code, issues } = thrown;
  switch (code) {
    case "invalid":
      return { verdict: "rejected", issues };
    case "not_found":
      return { verdict: "gone" };
    case "conflict": {
      const current = await remote.get(id);
      // A creation whose answer was lost: nobody else has this id.
      if (operation === "create" && current !== null) return { verdict: "ok", result: current };
      return { verdict: "conflict", current };
    }
    default:
      throw thrown;
  }
}
