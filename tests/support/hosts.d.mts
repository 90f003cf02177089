import type { buildRequest, scheduleSchema, updateInputSchema } from "convex-pipelines";

/** Texts that every host accepts, and texts that every host refuses. */
export interface Cases {
  accepted: string[];
  refused: string[];
}

/** The first `count` URLs of a seed, with a letter for each answer and a checksum of each row's requests. */
export interface Generated {
  seed: number;
  count: number;
  sources: string[];
  baseUrls: string[];
  requests: string[];
}

export interface Model {
  buildRequest: typeof buildRequest;
  scheduleSchema: typeof scheduleSchema;
  updateInputSchema: typeof updateInputSchema;
}

export function strays(vectors: { addresses: Cases; zones: Cases; generated: Generated }, model: Model): string[];
