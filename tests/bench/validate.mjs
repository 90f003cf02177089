// `createInputSchema.safeParse` against zod and croner: `npm --prefix tests run bench:validate`.
import assert from "node:assert/strict";
import { createInputSchema } from "../../pkg/dist/index.js";
import { compare, machine, median, print, ratio } from "./rounds.mjs";
import { createInput } from "./zod-schema.mjs";

const zodAndCroner = createInput(true);
const zodAlone = createInput(false);

const OPTIONS = [
  ["clean", { normaliseWhitespace: true, stripBullets: false }],
  ["summarise", { bulletCount: 5, includeKeywords: true, style: "bullets" }],
  ["translate", { targetLanguage: "German", keepOriginal: true }],
  ["tone", { tone: "friendly", audienceHint: "people who listen on their way to work" }],
  ["chunk", { strategy: "paragraph", maxCharacters: 1200, joinShortSegments: true }],
  ["queue", { provider: "kokoro", voicePreference: "custom", voiceId: "af_heart", segmentDelayMs: 250 }],
];

function input(count) {
  return {
    name: "  Morning news  ",
    description: "What happened over night, short enough for the way to work.",
    steps: Array.from({ length: count }, (_, index) => {
      const [kind, options] = OPTIONS[index % OPTIONS.length];
      return { id: `step-${index}`, kind, label: `Step ${index + 1}`, options };
    }),
    schedule: { cron: "0 7 * * 1-5", timezone: "Europe/Berlin" },
    defaultSource: "https://example.com/feed",
  };
}

/** One fault of each kind in 20 steps, at places where both report exactly one issue. */
function faulty() {
  const value = structuredClone(input(20));
  value.name = "   ";
  value.steps[1].options.bulletCount = 99;
  value.steps[2].options.targetLanguage = "";
  value.steps[3].options.tone = "angry";
  value.steps[4].options.maxCharacters = 1.5;
  value.steps[6].options.trim = true;
  value.steps[7].kind = "sumarise";
  delete value.steps[11].options.provider;
  value.steps[12].label = 7;
  value.schedule.cron = "60 7 * * 1-5";
  value.colour = "red";
  return value;
}

const CASES = [
  ["valid, 3 steps", input(3)],
  ["valid, 20 steps", input(20)],
  ["valid, 100 steps", input(100)],
  ["invalid, 20 steps", faulty()],
];

for (const [what, value] of CASES) {
  const [ours, theirs] = [createInputSchema.safeParse(value), zodAndCroner.safeParse(value)];
  if (ours.success) assert.deepEqual(theirs.data, ours.data, what);
  else assert.deepEqual(zodPaths(theirs.error), ours.error.issues.map(({ path }) => path.join(".")).sort(), what);
}

/** Zod names an unknown field beside its path. */
function zodPaths({ issues }) {
  return issues.flatMap(({ code, path, keys }) => (code === "unrecognized_keys" ? keys : [undefined]).map((key) => [...path, ...(key === undefined ? [] : [key])].join("."))).sort();
}

console.log(`${machine()}; microseconds for one safeParse, median; times = zod + croner / the package`);
const rows = CASES.map(([what, value]) => {
  const { ours, both, alone } = compare({
    ours: () => createInputSchema.safeParse(value),
    both: () => zodAndCroner.safeParse(value),
    alone: () => zodAlone.safeParse(value),
  });
  return [what, median(ours), median(both), ratio(ours, both), median(alone), ratio(ours, alone)];
});
print("createInputSchema.safeParse", ["", "package", "zod + croner", "times", "zod, cron unread", "times"], rows);
