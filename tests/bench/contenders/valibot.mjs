// The rules of `createInputSchema` as one would write them with valibot and croner.
import * as v from "valibot";
import { emptyIsAbsent, hasVoice, isCron, isSource, isZone, repeatedIds } from "./rules.mjs";

const text = (max) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(max));
const optionalText = (max) => v.optional(v.pipe(v.string(), v.trim(), v.maxLength(max), v.transform(emptyIsAbsent)));
const flag = v.optional(v.boolean());
const whole = (least, most) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const step = (kind, options) =>
  v.strictObject({ id: v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.regex(/\S/)), kind: v.literal(kind), label: optionalText(100), options });

const queue = v.pipe(
  v.strictObject({
    provider: text(100),
    voicePreference: v.picklist(["history", "default", "custom"]),
    voiceId: optionalText(100),
    segmentDelayMs: v.optional(whole(0, 3_600_000)),
  }),
  v.forward(v.check(hasVoice), ["voiceId"]),
);

const steps = v.pipe(
  v.array(
    v.variant("kind", [
      step("clean", v.strictObject({ preserveQuotes: flag, normaliseWhitespace: flag, stripBullets: flag })),
      step("summarise", v.strictObject({ bulletCount: whole(1, 20), includeKeywords: flag, style: v.optional(v.picklist(["bullets", "paragraph"])) })),
      step("translate", v.strictObject({ targetLanguage: text(100), keepOriginal: flag })),
      step("tone", v.strictObject({ tone: v.picklist(["neutral", "friendly", "formal", "dramatic"]), audienceHint: optionalText(500) })),
      step("chunk", v.strictObject({ strategy: v.picklist(["paragraph", "sentence"]), maxCharacters: whole(1, 100_000), joinShortSegments: flag })),
      step("queue", queue),
    ]),
  ),
  v.minLength(1),
  v.maxLength(100),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const index of repeatedIds(dataset.value)) {
      const input = dataset.value;
      addIssue({ message: "is taken", path: [{ type: "array", origin: "value", input, key: index, value: input[index] }] });
    }
  }),
);

const createInput = v.strictObject({
  name: text(200),
  description: optionalText(10_000),
  steps,
  schedule: v.optional(
    v.strictObject({
      cron: v.pipe(v.string(), v.trim(), v.check(isCron)),
      timezone: v.optional(v.pipe(v.string(), v.maxLength(64), v.check(isZone))),
      description: optionalText(200),
      enabled: flag,
    }),
  ),
  defaultSource: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(2048), v.check(isSource))),
});

export const safeParse = (value) => v.safeParse(createInput, value);
