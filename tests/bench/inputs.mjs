// What all suites measure with, made of `inputs.json`, which the native counts in benches/instructions.rs read too.
import { readFileSync } from "node:fs";

const { valid: VALID, faults: FAULTS, crons } = JSON.parse(readFileSync(new URL("inputs.json", import.meta.url), "utf8"));

/** Expressions as people write them, and as croner, cron-parser and the package understand them alike. */
export const CRONS = crons;

/** Those that are kept as they are written: the package alone writes macros out. */
const FIELDS = crons.filter((cron) => !cron.startsWith("@"));

const ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Sydney", "UTC"];

/** A create input with `count` steps, in which the six kinds take turns. */
export function valid(count) {
  const steps = Array.from({ length: count }, (_, index) => {
    const { kind, options } = VALID.steps[index % VALID.steps.length];
    return { id: `step-${index}`, kind, label: `Step ${index + 1}`, options: { ...options } };
  });
  return { ...VALID, steps, schedule: { ...VALID.schedule } };
}

/** The same with faults, one of each kind, at places where every library reports exactly one issue. */
export function invalid(count) {
  const input = valid(count);
  for (const { at, value } of FAULTS) {
    const owner = at.slice(0, -1).reduce((part, key) => part?.[key], input);
    if (owner === undefined) continue; // a step beyond the last
    if (value === undefined) delete owner[at.at(-1)];
    else owner[at.at(-1)] = value;
  }
  return input;
}

/**
 * `count` inputs of 1 to 40 steps, none like another: keys in any order, optional fields sometimes absent, umlauts in
 * every tenth. The same on each call.
 */
export function different(count) {
  const below = randomNumbers(20_261_127);
  const pick = (list) => list[below(list.length)];
  const maybe = (value) => (below(4) === 0 ? undefined : value);
  return Array.from({ length: count }, (_, number) => {
    const [what, who] = number % 10 === 0 ? ["Übersicht für Zürich", "Hörer"] : ["Morning news", "listeners"];
    const input = valid(1 + below(40));
    input.name = `${what} ${number}`;
    input.description = maybe(`${what}: what ${who} of channel ${number} should know.`);
    for (const step of input.steps) {
      step.label = maybe(`${who} ${below(1000)}`);
      if ("maxCharacters" in step.options) step.options.maxCharacters = 1 + below(5000);
      if ("audienceHint" in step.options) step.options.audienceHint = `${who}, mostly ${20 + below(40)}`;
    }
    const cron = below(2) === 0 ? pick(FIELDS) : `${below(60)} ${below(24)} * * ${pick(["1-5", "MON", "*", "6,0"])}`;
    input.schedule = maybe({ cron, timezone: maybe(pick(ZONES)), enabled: maybe(true) });
    input.defaultSource = maybe(`https://example.com/feeds/${number}?page=${below(9)}`);
    return shuffled(input, below);
  });
}

/** A deep copy with the keys of each object in another order, and without those that are undefined. */
function shuffled(value, below) {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, below));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  for (let last = entries.length - 1; last > 0; last -= 1) {
    const other = below(last + 1);
    [entries[last], entries[other]] = [entries[other], entries[last]];
  }
  return Object.fromEntries(entries.map(([key, part]) => [key, shuffled(part, below)]));
}

/** Whole numbers from 0 to below a bound: mulberry32, which is enough to be irregular and always the same. */
export function randomNumbers(seed) {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}
