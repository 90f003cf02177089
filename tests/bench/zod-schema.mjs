// The rules of `createInputSchema` as one would write them with zod and croner. Cron is croner's dialect here.
import { Cron } from "croner";
import { z } from "zod";

const text = (max) => z.string().trim().min(1).max(max);
const optionalText = (max) => z.string().trim().max(max).transform((value) => (value === "" ? undefined : value)).optional();
const flag = z.boolean().optional();

const step = (kind, options) =>
  z.strictObject({
    id: z.string().min(1).max(64).regex(/\S/),
    kind: z.literal(kind),
    label: optionalText(100),
    options,
  });

const steps = z
  .array(
    z.discriminatedUnion("kind", [
      step("clean", z.strictObject({ preserveQuotes: flag, normaliseWhitespace: flag, stripBullets: flag })),
      step("summarise", z.strictObject({ bulletCount: z.int().min(1).max(20), includeKeywords: flag, style: z.enum(["bullets", "paragraph"]).optional() })),
      step("translate", z.strictObject({ targetLanguage: text(100), keepOriginal: flag })),
      step("tone", z.strictObject({ tone: z.enum(["neutral", "friendly", "formal", "dramatic"]), audienceHint: optionalText(500) })),
      step("chunk", z.strictObject({ strategy: z.enum(["paragraph", "sentence"]), maxCharacters: z.int().min(1).max(100_000), joinShortSegments: flag })),
      step(
        "queue",
        z
          .strictObject({
            provider: text(100),
            voicePreference: z.enum(["history", "default", "custom"]),
            voiceId: optionalText(100),
            segmentDelayMs: z.int().min(0).max(3_600_000).optional(),
          })
          .refine((options) => options.voicePreference !== "custom" || options.voiceId !== undefined, { path: ["voiceId"] }),
      ),
    ]),
  )
  .min(1)
  .max(100)
  .superRefine((steps, context) => {
    const seen = new Set();
    steps.forEach(({ id }, index) => {
      if (seen.has(id)) context.addIssue({ code: "custom", path: [index, "id"], message: "is taken" });
      seen.add(id);
    });
  });

/** @param {boolean} readsCron Without it cron and zone are any text: what zod alone takes. */
export const createInput = (readsCron) =>
  z.strictObject({
    name: text(200),
    description: optionalText(10_000),
    steps,
    schedule: z
      .strictObject({
        cron: readsCron ? z.string().trim().refine(isCron) : z.string().trim(),
        timezone: readsCron ? z.string().max(64).refine(isZone).optional() : z.string().max(64).optional(),
        description: optionalText(200),
        enabled: flag,
      })
      .optional(),
    defaultSource: z.string().trim().max(2048).refine(isSource).optional(),
  });

function isCron(text) {
  try {
    return new Cron(text, { mode: "5-part" }) !== undefined;
  } catch {
    return false;
  }
}

const zones = new Map();
function isZone(name) {
  if (!zones.has(name)) zones.set(name, canFormat(name));
  return zones.get(name);
}

function canFormat(timeZone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

function isSource(text) {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && username + password === "";
}
