// The rules of `createInputSchema` as one would write them with zod's small form and croner.
import * as z from "zod/mini";
import { emptyIsAbsent, hasVoice, isCron, isSource, isZone, repeatedIds } from "./rules.mjs";

const text = (max) => z.string().check(z.trim(), z.minLength(1), z.maxLength(max));
const optionalText = (max) => z.optional(z.pipe(z.string().check(z.trim(), z.maxLength(max)), z.transform(emptyIsAbsent)));
const flag = z.optional(z.boolean());
const whole = (least, most) => z.int().check(z.gte(least), z.lte(most));

const step = (kind, options) =>
  z.strictObject({ id: z.string().check(z.minLength(1), z.maxLength(64), z.regex(/\S/)), kind: z.literal(kind), label: optionalText(100), options });

const queue = z.strictObject({
  provider: text(100),
  voicePreference: z.enum(["history", "default", "custom"]),
  voiceId: optionalText(100),
  segmentDelayMs: z.optional(whole(0, 3_600_000)),
});

const steps = z
  .array(
    z.discriminatedUnion("kind", [
      step("clean", z.strictObject({ preserveQuotes: flag, normaliseWhitespace: flag, stripBullets: flag })),
      step("summarise", z.strictObject({ bulletCount: whole(1, 20), includeKeywords: flag, style: z.optional(z.enum(["bullets", "paragraph"])) })),
      step("translate", z.strictObject({ targetLanguage: text(100), keepOriginal: flag })),
      step("tone", z.strictObject({ tone: z.enum(["neutral", "friendly", "formal", "dramatic"]), audienceHint: optionalText(500) })),
      step("chunk", z.strictObject({ strategy: z.enum(["paragraph", "sentence"]), maxCharacters: whole(1, 100_000), joinShortSegments: flag })),
      step("queue", queue.check(z.refine(hasVoice, { path: ["voiceId"] }))),
    ]),
  )
  .check(
    z.minLength(1),
    z.maxLength(100),
    z.superRefine((steps, context) => {
      for (const index of repeatedIds(steps)) context.issues.push({ code: "custom", input: steps, path: [index, "id"], message: "is taken" });
    }),
  );

const createInput = z.strictObject({
  name: text(200),
  description: optionalText(10_000),
  steps,
  schedule: z.optional(
    z.strictObject({
      cron: z.string().check(z.trim(), z.refine(isCron)),
      timezone: z.optional(z.string().check(z.maxLength(64), z.refine(isZone))),
      description: optionalText(200),
      enabled: flag,
    }),
  ),
  defaultSource: z.optional(z.string().check(z.trim(), z.maxLength(2048), z.refine(isSource))),
});

export const safeParse = (value) => createInput.safeParse(value);
