/**
 * What Convex checks by itself: the shapes of stored rows, of arguments and of results.
 *
 * Shapes only. Lengths, ranges and everything else a person can get wrong are the model's; the tests hold both against
 * the same generated documents, so a field cannot be added to one alone.
 */
import { v, type GenericValidator, type PropertyValidators } from "convex/values";

const text = v.string();
const optionalText = v.optional(v.string());
const optionalFlag = v.optional(v.boolean());

const step = <Kind extends string, Options extends PropertyValidators>(kind: Kind, options: Options) =>
  v.object({ id: text, kind: v.literal(kind), label: optionalText, options: v.object(options) });

const choice = <Words extends [string, string, ...string[]]>(...words: Words) =>
  v.union(...words.map((word) => v.literal<Words[number]>(word)));

/** One step, told apart by its `kind`. */
export const stepValidator = v.union(
  step("clean", { preserveQuotes: optionalFlag, normaliseWhitespace: optionalFlag, stripBullets: optionalFlag }),
  step("summarise", {
    bulletCount: v.number(),
    includeKeywords: optionalFlag,
    style: v.optional(choice("bullets", "paragraph")),
  }),
  step("translate", { targetLanguage: text, keepOriginal: optionalFlag }),
  step("tone", { tone: choice("neutral", "friendly", "formal", "dramatic"), audienceHint: optionalText }),
  step("chunk", {
    strategy: choice("paragraph", "sentence"),
    maxCharacters: v.number(),
    joinShortSegments: optionalFlag,
  }),
  step("queue", {
    provider: text,
    voicePreference: choice("history", "default", "custom"),
    voiceId: optionalText,
    segmentDelayMs: v.optional(v.number()),
  }),
);

/** When a pipeline runs by itself. */
export const scheduleValidator = v.object({
  cron: text,
  timezone: optionalText,
  description: optionalText,
  enabled: optionalFlag,
});

const runStatus = choice("queued", "running", "success", "failed");

const pipelineFields = {
  id: text,
  accountId: optionalText,
  name: text,
  description: optionalText,
  steps: v.array(stepValidator),
  schedule: v.optional(scheduleValidator),
  defaultSource: optionalText,
  webhookSecret: optionalText,
  secretLastFour: optionalText,
  secretChangedAt: optionalText,
  createdAt: text,
  updatedAt: text,
  lastRunAt: optionalText,
  lastRunStatus: v.optional(runStatus),
};

/** A pipeline as functions return it. */
export const pipelineValidator = v.object(pipelineFields);

/**
 * A pipeline as it is stored: its secret sealed, its lowercase name beside it for the order of lists, and when its schedule
 * fires next.
 */
export const pipelineRowValidator = v.object({ ...pipelineFields, nameKey: text, nextRunAt: optionalText });

/**
 * What functions may return where a `validator` says what this version writes. Convex throws when a result does not
 * match, and one row with a field, a kind of step or a value that this version does not know would hide all others.
 */
const orUnknown = <Known extends GenericValidator>(validator: Known): Known =>
  v.union(validator, v.record(v.string(), v.any())) as GenericValidator as Known;

/** A full pipeline as a result. */
export const pipelineReturns = orUnknown(pipelineValidator);

/** A pipeline in a list. */
export const listItemValidator = v.object({
  id: text,
  name: text,
  description: optionalText,
  schedule: v.optional(scheduleValidator),
  lastRunAt: optionalText,
  lastRunStatus: v.optional(runStatus),
});

/** One page of a list; `cursor` is there while more follows. */
export const listPageValidator = v.object({ result: v.array(listItemValidator), cursor: optionalText });

/** One page of a list as a result. */
export const listPageReturns = v.object({ result: v.array(orUnknown(listItemValidator)), cursor: optionalText });

const runTrigger = choice("schedule", "webhook", "manual");
const optionalNumber = v.optional(v.number());

const runFields = {
  runId: text,
  pipelineId: text,
  accountId: optionalText,
  status: runStatus,
  trigger: v.optional(runTrigger),
  dueAt: optionalText,
  queuedAt: optionalText,
  startedAt: optionalText,
  completedAt: optionalText,
  worker: optionalText,
  leaseUntil: optionalText,
  attempt: optionalNumber,
  skipped: optionalNumber,
  payload: optionalText,
  outcome: optionalText,
  error: optionalText,
};

/** One run of a pipeline, as functions return it. */
export const pipelineRunValidator = v.object(runFields);

/** A run as it is stored: which of its pipeline it is, and the last time of the schedule that was counted on it. */
export const pipelineRunRowValidator = v.object({ ...runFields, number: optionalNumber, skippedAt: optionalText });

/** A run as a result. */
export const runReturns = orUnknown(pipelineRunValidator);

/** A run that a worker has been given, as a result. */
export const claimedRunReturns = v.object({ run: runReturns, pipeline: pipelineReturns });

/** One page of runs as a result. */
export const runPageReturns = v.object({ result: v.array(runReturns), cursor: optionalText });

/** The arguments of a start but for whose it is. */
export const startArguments = { trigger: runTrigger, runId: optionalText, payload: optionalText };

/** What a worker says of a run that has ended. */
export const runReportValidator = v.object({
  runId: text,
  status: choice("success", "failed"),
  startedAt: optionalText,
  outcome: optionalText,
  error: optionalText,
  worker: optionalText,
});

/** What is wrong with a value. */
const issueValidator = v.object({
  code: text,
  path: v.array(v.union(v.string(), v.number())),
  message: text,
  params: v.optional(v.record(v.string(), v.union(v.string(), v.number()))),
});

const stampFields = { clientId: text, seq: v.number(), opId: text, bodyHash: text };

/** The `op` of a call. The old values of an update may be anything that a document held. */
export const stampValidator = v.object({ ...stampFields, old: v.optional(v.record(v.string(), v.any())) });

/** How far a client of an outbox has come with a pipeline, and what it was answered last. */
export const pipelineCursorValidator = v.object({
  accountId: optionalText,
  pipelineId: text,
  ...stampFields,
  verdict: choice("ok", "conflict", "rejected", "gone"),
  issues: v.optional(v.array(issueValidator)),
  /** When it was answered. */
  at: text,
  /** That the pipeline is gone: from here its silent clients are forgotten. */
  isGone: optionalFlag,
});

/** What the mutations return to a call with `op`. */
export const operationAnswerValidator = v.object({
  result: v.optional(v.union(pipelineReturns, v.boolean())),
  op: v.object({
    opId: text,
    seq: v.number(),
    verdict: choice("ok", "conflict", "rejected", "gone", "superseded", "client_fork", "out_of_order"),
    issues: v.optional(v.array(issueValidator)),
    current: v.optional(pipelineReturns),
    expected: v.optional(v.number()),
  }),
});

/** The result of a mutation, which answers a call with `op` otherwise than its type says. */
export const orAnswer = <Known extends GenericValidator>(validator: Known): Known =>
  v.union(validator, operationAnswerValidator) as GenericValidator as Known;
