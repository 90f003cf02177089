// The names of the core's calls: a slip of the pen does not compile.

/** What the core can be asked. */
export type CallName =
  | "limits"
  | SchemaName | FormName
  | TransitionName | `checked.${TransitionName}` | "comparePipelines" | "nameKeys"
  | "nextRuns" | "describeSchedule" | "explicitCron" | "checkCron"
  | "buildRequest" | "checkEndpoint" | "checkSettings" | "readResponse" | "readAnswer" | "retryAfter"
  | "guardRequest" | "readCall" | "successReply" | "operationReply" | "errorReply"
  | "payloadTooLarge" | "requestTimeout" | "incompleteBody"
  | "planCreate" | "planUpdate" | "planRecordRun" | "settle" | "issuesOfCall" | "showRow" | "rowListItem"
  | "decideRun" | "dueRun" | "showRun" | "historyBounds" | "pruneRuns"
  | "secretCandidates" | "idSpellings" | "cursorAfter" | "readCursor"
  | RefusalName
  | "outbox.plan" | "outbox.heard" | "outbox.status"
  | "store.open" | `store.${StoreCall}`;

/** The calls that read a value as what a schema describes. */
export type SchemaName = "createInput" | "updateInput" | "pipeline" | "pipelineRun" | "schedule";

/** The calls that read the same from what a form holds. */
export type FormName = `form.${"createInput" | "updateInput" | "schedule"}`;

/** The calls that make of a pipeline, or of an input for one, what becomes of it. */
export type TransitionName = "createPipeline" | "updatePipeline" | "recordRun" | "toListItem";

/** The calls that throw: why an operation ends whose arguments alone were in order. */
export type RefusalName = "unknownId" | "noCursor" | "idTaken" | "secretTaken" | "contention";

/** The calls to an open store. */
export type StoreCall =
  | ChangeName
  | "load" | "list" | "get" | "row" | "due" | "findByWebhookSecret" | "unsent" | "group" | "commit" | "rollback" | "close";

/** The calls that change a store, once they are committed. */
export type ChangeName = "create" | "update" | "delete" | "recordRun" | "run" | "settle" | "dropCopies" | OutboxName;

/** The calls that change what waits for a server, with the documents that it makes. */
export type OutboxName = "enqueue" | "judge" | "resolve" | "discard" | "adopt" | "restore";
