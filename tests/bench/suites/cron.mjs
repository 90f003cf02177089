// Schedules beside croner and cron-parser.
import { agree } from "../agree.mjs";
import { CRON_READERS } from "../contenders/crons.mjs";
import { CRONS } from "../inputs.mjs";
import { summary } from "../report.mjs";
import { compareAll, median } from "../rounds.mjs";

const ZONES = ["UTC", "Europe/Berlin"];
/** Enough for one expression more: they all run the same code. */
const WARM_MS = 20;

export function run(report) {
  for (const cron of CRONS) {
    agree(`${cron} is read`, mapped(({ accepts }) => accepts(cron)));
    for (const zone of ZONES) agree(`the next 100 runs of ${cron} in ${zone}`, mapped(({ next, times }) => times(next(cron, zone, 100))));
  }
  const measures = [
    ["parse", ({ parse }) => parse],
    ...ZONES.flatMap((zone) =>
      [1, 100].map((count) => [`parse + next ${count}, ${zone}`, ({ next }) => (cron) => next(cron, zone, count)]),
    ),
  ];
  const details = measures.map(([title, ask]) => [title, rounds(ask)]);
  for (const [title, cases] of details) report.comparison(title, "microseconds for one call", cases);
  report.figures(
    "Times faster than the faster of croner and cron-parser",
    ["", "median of all expressions", "least", "most"],
    details.map(([title, cases]) => {
      const times = cases.map(([, rounds]) => summary(rounds).fastest);
      return [title, median(times), Math.min(...times), Math.max(...times)];
    }),
  );
}

/** For each expression, what all readers take. */
function rounds(ask) {
  return compareAll(CRONS.map((cron) => [cron, mapped((reader) => () => ask(reader)(cron))]), WARM_MS);
}

function mapped(make) {
  return Object.fromEntries(Object.entries(CRON_READERS).map(([name, reader]) => [name, make(reader)]));
}
