// How times grow with the number of steps in an input and of pipelines in the local store: tables and a picture.
import { agree } from "../agree.mjs";
import { VALIDATORS } from "../contenders/validators.mjs";
import { valid } from "../inputs.mjs";
import { picture } from "../picture.mjs";
import { OURS } from "../report.mjs";
import { compareAll, median } from "../rounds.mjs";
import { measuredStore } from "../store.mjs";

const STEPS = [1, 2, 5, 10, 20, 50, 100];
const PIPELINES = [10, 100, 1_000, 10_000, 100_000];
/** How many times longer ten times as many rows may take to load, and what a suite can spend on them. */
const STEEPEST = 30;
const MOST_MICROSECONDS = 40_000_000;

export async function run(report) {
  const steps = compareAll(STEPS.map((count) => [count, parsers(valid(count))]));
  report.comparison("createInputSchema.safeParse by steps", "microseconds for one call", steps.map(([count, rounds]) => [`${count} steps`, rounds]));

  const stores = [];
  for (const count of PIPELINES) {
    const last = stores.at(-1);
    if (last !== undefined && median(last[1].load[OURS]) * STEEPEST > MOST_MICROSECONDS) {
      console.log(`\n${count} pipelines are left out: loading ${last[0]} takes so long that this would take a minute or more`);
      break;
    }
    stores.push([count, (await measuredStore(count)).rounds]);
  }
  const names = Object.keys(stores[0][1]);
  const milliseconds = ([count, rounds]) => [count, ...names.map((name) => median(rounds[name][OURS]) / 1_000)];
  report.figures("The local store by pipelines: milliseconds", ["pipelines", ...names], stores.map(milliseconds));

  const lines = (cases, pick) => pick.map(([name, times]) => ({ name, points: cases.map(([count, rounds]) => [count, median(times(rounds))]) }));
  report.file("growth.svg", picture([
    { title: "safeParse: µs by steps", lines: lines(steps, Object.keys(VALIDATORS).map((name) => [name, (rounds) => rounds[name]])) },
    { title: "local store: µs by pipelines", lines: lines(stores, names.map((name) => [name, (rounds) => rounds[name][OURS]])) },
  ]));
}

function parsers(value) {
  const mapped = (make) => Object.fromEntries(Object.entries(VALIDATORS).map(([name, validator]) => [name, make(validator)]));
  agree(`${value.steps.length} steps`, mapped(({ safeParse, answer }) => answer(safeParse(value))));
  return mapped(({ safeParse }) => () => safeParse(value));
}
