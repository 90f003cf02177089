// `createInputSchema.safeParse` beside what one would write with a validation library and croner.
import { createInputSchema } from "../../../pkg/dist/index.js";
import { agree } from "../agree.mjs";
import { VALIDATORS } from "../contenders/validators.mjs";
import { different, invalid, valid } from "../inputs.mjs";
import { OURS } from "../report.mjs";
import { compare, compareAll } from "../rounds.mjs";

const COUNTS = [3, 20, 100];
const MANY = 1_000;

export function run(report) {
  const single = [["valid", valid], ["invalid", invalid]].flatMap(([what, make]) =>
    COUNTS.map((count) => [`${what}, ${count} steps`, make(count)]),
  );
  const many = different(MANY);
  for (const [name, value] of [...single, ...many.map((value, index) => [`different input ${index}`, value])]) {
    agree(name, mapped(({ safeParse, answer }) => answer(safeParse(value))));
  }
  const calls = single.map(([name, value]) => [name, mapped(({ safeParse }) => () => safeParse(value))]);
  report.comparison("createInputSchema.safeParse", "microseconds for one call", compareAll(calls));

  const oneByOne = mapped(({ safeParse }) => () => many.map((value) => safeParse(value)));
  const [batch, atOnce] = batched(oneByOne, many);
  report.comparison(`${MANY} different inputs of 1 to 40 steps`, "microseconds for one input", [
    ["one by one", perInput(compare(oneByOne))],
    [batch, perInput(compare(atOnce))],
  ]);
}

/** The same inputs in one call, where the package has one for it; the libraries have none. */
function batched(oneByOne, many) {
  if (createInputSchema.safeParseMany === undefined) return ["as a batch (there is no safeParseMany yet)", oneByOne];
  const atOnce = () => createInputSchema.safeParseMany(many);
  const { answer } = VALIDATORS[OURS];
  agree("a batch", { "safeParseMany": atOnce().map(answer), "one by one": oneByOne[OURS]().map(answer) });
  return ["as a batch: safeParseMany", { ...oneByOne, [OURS]: atOnce }];
}

function mapped(make) {
  return Object.fromEntries(Object.entries(VALIDATORS).map(([name, validator]) => [name, make(validator)]));
}

function perInput(rounds) {
  return Object.fromEntries(Object.entries(rounds).map(([name, times]) => [name, times.map((time) => time / MANY)]));
}
