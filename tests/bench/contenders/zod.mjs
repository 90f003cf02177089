// The rules of `createInputSchema` as one would write them with zod and croner.
import * as z from "zod"; // in this form bundlers leave out what is not used
import { emptyIsAbsent, hasVoice, isCron, isSource, isZone, repeatedIds } from "./rules.mjs";

const text = (max) => z.string().trim().min(1).max(max);
const optionalText = (max) => z.string().trim().max(max).transform(emptyIsAbsent).optional();
const flag = z.boolean().optional();

const step = (kind, options) =>
  z.strictObject({ id: z.string().min(1).max(64).regex(/\S/), kind: z.literal(kind), label: optionalText(100), options });

const queue = z.strictObject({
  provider: text(100),
  voicePreference: z.enum(["history", "default", "custom"]),
  voiceId: optionalText(100),
  segmentDelayMs: z.int().min(0).max(3_600_000).optional(),
});

const steps = z
  .array(
    z.discriminatedUnion("kind", [
      step("clean", z.strictObject({ preserveQuotes: flag, normaliseWhitespace: flag, stripBullets: flag })),
      step("summarise", z.strictObject({ bulletCount: z.int().min(1).max(20), includeKeywords: flag, style: z.enum(["bullets", "paragraph"]).optional() })),
      step("translate", z.strictObject({ targetLanguage: text(100), keepOriginal: flag })),
      step("tone", z.strictObject({ tone: z.enum(["neutral", "friendly", "formal", "dramatic"]), audienceHint: optionalText(500) })),
      step("chunk", z.strictObject({ strategy: z.enum(["paragraph", "sentence"]), maxCharacters: z.int().min(1).max(100_000), joinShortSegments: flag })),
      step("queue", queue.refine(hasVoice, { path: ["voiceId"] })),
    ]),
  )
  .min(1)
  .max(100)
  .superRefine((steps, context) => {
    for (const index of repeatedIds(steps)) context.addIssue({ code: "custom", path: [index, "id"], message: "is taken" });
  });

const schedule = z.strictObject({
  cron: z.string().trim().refine(isCron),
  timezone: z.string().max(64).refine(isZone).optional(),
  description: optionalText(200),
  enabled: flag,
});

const fields = {
  name: text(200),
  description: optionalText(10_000),
  steps,
  schedule: schedule.optional(),
  defaultSource: z.string().trim().max(2048).refine(isSource).optional(),
};

export const createInput = z.strictObject(fields);

/** What a change may say: each field may be absent, and `null` clears. */
export const updateInput = z.strictObject({
  name: fields.name.optional(),
  description: fields.description.nullable(),
  steps: steps.optional(),
  schedule: fields.schedule.nullable(),
  defaultSource: fields.defaultSource.nullable(),
  rotateSecret: flag,
});

const timestamp = z.iso.datetime({ offset: true });

/** A list as it comes over the wire: unknown fields are kept. */
export const listReply = z.object({
  result: z.array(
    z.looseObject({
      id: z.uuid(),
      name: text(200),
      description: z.string().optional(),
      schedule: z.looseObject({}).optional(),
      lastRunAt: timestamp.optional(),
    }),
  ),
});

/** A pipeline as it comes over the wire: only what names it must be well-formed. */
export const pipelineReply = z.object({
  result: z.looseObject({ id: z.uuid(), name: text(200), createdAt: timestamp, updatedAt: timestamp, lastRunAt: timestamp.optional() }).nullable(),
});

export const safeParse = (value) => createInput.safeParse(value);
