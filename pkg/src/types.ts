// The shapes of the contract. Timestamps are ISO 8601 in UTC with three digits of milliseconds; lengths are counted in
// UTF-16 units; an optional field without a value is absent, never `null`.

/** What went wrong with a call. */
export type ErrorCode =
  | "invalid"
  | "not_found"
  | "conflict"
  | "unauthorized"
  | "rate_limited"
  | "unavailable"
  | "storage"
  | "protocol"
  | "config"
  | "internal";

/** What is wrong with one value. */
export type FaultCode =
  | "required"
  | "type"
  | "empty"
  | "too_long"
  | "too_short"
  | "too_many"
  | "too_few"
  | "range"
  | "integer"
  | "one_of"
  | "unknown_field"
  | "unknown_kind"
  | "duplicate_id"
  | "cron"
  | "timezone"
  | "url"
  | "uuid"
  | "timestamp"
  | "surrogate"
  | "too_deep"
  | "too_large"
  | "too_many_issues";

/** What `checkCron` remarks on an expression that it accepts. */
export type WarningCode = "never_runs" | (string & Record<never, never>);

/** The codes of issues. */
export type IssueCode = FaultCode | WarningCode;

/** One fault of one value, or one remark on it. */
export interface Issue {
  /** Stable: programs may branch on it. */
  code: IssueCode;
  /** Where, from the outermost value inwards; empty for the value itself. */
  path: (string | number)[];
  /** English, without the field's name and without a full stop. */
  message: string;
  /** The numbers and names of the message, for programs and translations. */
  params?: Record<string, string | number>;
}

/** Removes what a person does not need and evens out the rest. */
export interface CleanStep extends StepBase {
  kind: "clean";
  options: { preserveQuotes?: boolean; normaliseWhitespace?: boolean; stripBullets?: boolean };
}

/** Shortens a text. */
export interface SummariseStep extends StepBase {
  kind: "summarise";
  options: {
    /** A whole number from 1 to 20. */
    bulletCount: number;
    includeKeywords?: boolean;
    style?: "bullets" | "paragraph";
  };
}

/** Translates a text. */
export interface TranslateStep extends StepBase {
  kind: "translate";
  options: {
    /** 1 to 100 units. */
    targetLanguage: string;
    keepOriginal?: boolean;
  };
}

/** Changes the tone of a text. */
export interface ToneStep extends StepBase {
  kind: "tone";
  options: {
    tone: "neutral" | "friendly" | "formal" | "dramatic";
    /** At most 500 units. */
    audienceHint?: string;
  };
}

/** Cuts a text into pieces. */
export interface ChunkStep extends StepBase {
  kind: "chunk";
  options: {
    strategy: "paragraph" | "sentence";
    /** A whole number from 1 to 100,000. */
    maxCharacters: number;
    joinShortSegments?: boolean;
  };
}

/** Hands the text to a voice provider. */
export interface QueueStep extends StepBase {
  kind: "queue";
  options: {
    /** 1 to 100 units. */
    provider: string;
    voicePreference: "history" | "default" | "custom";
    /** 1 to 100 units; required when `voicePreference` is `custom`. */
    voiceId?: string;
    /** Milliseconds, a whole number from 0 to 3,600,000. */
    segmentDelayMs?: number;
  };
}

interface StepBase {
  /** Kept as it is: 1 to 64 units, not blank, unique within the pipeline. */
  id: string;
  /** At most 100 units. */
  label?: string;
}

/** One step, told apart by its `kind`. */
export type PipelineStep = CleanStep | SummariseStep | TranslateStep | ToneStep | ChunkStep | QueueStep;

/** The kinds of step. */
export type PipelineStepKind = PipelineStep["kind"];

/** When a pipeline runs. */
export interface PipelineSchedule {
  /** Five fields as in crontab(5), or a macro such as `@daily`. */
  cron: string;
  /** An IANA name such as `Europe/Berlin`; absent means `UTC`. */
  timezone?: string;
  /** At most 200 units. */
  description?: string;
  /** Absent means `true`. */
  enabled?: boolean;
}

/** A pipeline as replies show it. */
export interface Pipeline {
  /** A UUID. */
  id: string;
  /** The owner, where the app has accounts. */
  accountId?: string;
  /** 1 to 200 units. */
  name: string;
  /** At most 10,000 units. */
  description?: string;
  /** 1 to 100 steps in anything this package makes; older documents may hold none. */
  steps: PipelineStep[];
  schedule?: PipelineSchedule;
  /** An absolute http(s) URL of at most 2,048 units. */
  defaultSource?: string;
  /** Present only where it is revealed: after creating and rotating, or always where secrets are kept in plain text. */
  webhookSecret?: string;
  /** What a page may still show of a sealed secret. */
  secretLastFour?: string;
  /** When the secret was made or rotated. */
  secretChangedAt?: string;
  createdAt: string;
  /** Strictly grows with every change of the definition, so it serves as its version. */
  updatedAt: string;
  /** The latest completed run; never moves backwards. */
  lastRunAt?: string;
  /** How that ended, where its worker has said so. */
  lastRunStatus?: PipelineRunStatus;
}

/** How a run stands. */
export type PipelineRunStatus = "queued" | "running" | "success" | "failed";

/** What started a run. */
export type PipelineRunTrigger = "schedule" | "webhook" | "manual";

/** One run of a pipeline. */
export interface PipelineRun {
  /** 1 to 200 units. */
  runId: string;
  pipelineId: string;
  /** The owner of the pipeline. */
  accountId?: string;
  status: PipelineRunStatus;
  trigger?: PipelineRunTrigger;
  /** The time of the schedule that it is for. */
  dueAt?: string;
  queuedAt?: string;
  startedAt?: string;
  completedAt?: string;
  /** Who works on it, or has. */
  worker?: string;
  /** While it runs: when it has failed unless its worker says a word before. */
  leaseUntil?: string;
  /** How often it was claimed. */
  attempt?: number;
  /** How many times of the schedule passed while it was queued. */
  skipped?: number;
  /** What its trigger brought; at most 65,536 units. Lists leave it out. */
  payload?: string;
  /** What its worker has to say of a success; at most 4,000 units. */
  outcome?: string;
  /** And of a failure; at most 4,000 units. */
  error?: string;
}

/** A run that a worker has been given, and what it is a run of. */
export interface ClaimedRun {
  run: PipelineRun;
  pipeline: Pipeline;
}

/** What a worker says of a run that has ended. */
export interface PipelineRunReport {
  runId: string;
  status: "success" | "failed";
  startedAt?: string | undefined;
  /** At most 4,000 units. */
  outcome?: string | undefined;
  /** At most 4,000 units. */
  error?: string | undefined;
  /** Where it is another than the one that holds the run, nothing changes. */
  worker?: string | undefined;
}

/** What a list shows of a pipeline. */
export interface PipelineListItem {
  id: string;
  name: string;
  description?: string;
  schedule?: PipelineSchedule;
  lastRunAt?: string;
  lastRunStatus?: PipelineRunStatus;
}

/** What a person gives to make a pipeline. Fields that are not listed are refused. */
export interface PipelineCreateInput {
  name: string;
  description?: string | undefined;
  steps: PipelineStep[];
  schedule?: PipelineSchedule | undefined;
  defaultSource?: string | undefined;
}

/** What a person gives to change a pipeline: absent fields stay, `null` clears. */
export interface PipelineUpdateInput {
  name?: string | undefined;
  description?: string | null | undefined;
  steps?: PipelineStep[] | undefined;
  schedule?: PipelineSchedule | null | undefined;
  defaultSource?: string | null | undefined;
  /** Makes a new webhook secret, which the reply shows once. */
  rotateSecret?: boolean | undefined;
}

/** How a repository keeps webhook secrets: as a digest (the default), or readable, as older versions did. */
export type SecretStorage = "hashed" | "plaintext";

/** A point in time: milliseconds since 1970, an RFC 3339 timestamp, or a `Date`. */
export type Instant = number | string | Date;
