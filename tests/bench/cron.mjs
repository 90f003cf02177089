// Schedules against croner and cron-parser: `npm --prefix tests run bench:cron [zone]`.
//
// Everybody parses anew in each call, because the package's functions take text. The package answers with timestamps,
// croner with Dates, cron-parser with objects of its own: nobody is asked to convert.
import assert from "node:assert/strict";
import { CronExpressionParser } from "cron-parser";
import { Cron } from "croner";
import { checkCron, nextRuns } from "../../pkg/dist/index.js";
import { compare, machine, median, print, ratio, warm } from "./rounds.mjs";

/** As people write them, and as all three understand them alike. */
const EXPRESSIONS = [
  "* * * * *",
  "*/5 * * * *",
  "*/15 8-18 * * 1-5",
  "0 * * * *",
  "0 7 * * 1-5",
  "30 9 * * MON-FRI",
  "0 0 * * *",
  "@daily",
  "0 22 * * 0",
  "15 3 1 * *",
  "30 2 1,15 */2 *",
  "0 0 13 * 5",
];

const zone = process.argv[2] ?? "UTC";
const AFTER = "2026-01-01T00:00:00.000Z";
const after = new Date(AFTER);
const timezone = zone === "UTC" ? {} : { timezone: zone };
// The quicker of croner's two ways to say UTC.
const cronerZone = zone === "UTC" ? { utcOffset: 0 } : { timezone: zone };

const package_ = (expression, count) => nextRuns({ cron: expression, ...timezone }, { after: AFTER, count });
const croner = (expression, count) => new Cron(expression, cronerZone).nextRuns(count, after);
const cronParser = (expression, count) => CronExpressionParser.parse(expression, { currentDate: after, tz: zone }).take(count);

for (const expression of EXPRESSIONS) {
  const ours = package_(expression, 100);
  assert.equal(ours.length, 100, expression);
  for (const [name, peer] of [["croner", croner], ["cron-parser", cronParser]]) {
    const theirs = peer(expression, 100).map((date) => date.toISOString());
    // Where a clock changes, each has rules of its own; the package's are tested, not measured.
    if (zone === "UTC") assert.deepEqual(theirs, ours, `${name}: ${expression}`);
    else if (theirs.join() !== ours.join()) console.log(`${name} runs ${expression} at other times`);
  }
}

console.log(`${machine()}; ${zone}; microseconds for one call, median; times = the faster peer / the package`);
const MEASURES = [
  ["parse", {
    package: checkCron,
    croner: (expression) => new Cron(expression, cronerZone),
    "cron-parser": (expression) => CronExpressionParser.parse(expression),
  }],
  ["parse + next", bound(1)],
  ["parse + next 100", bound(100)],
];
for (const [title, contenders] of MEASURES) {
  const names = Object.keys(contenders);
  // Otherwise the first lines of the table would be slower for everybody.
  for (const expression of EXPRESSIONS) for (const name of names) warm(() => contenders[name](expression));
  const rows = EXPRESSIONS.map((expression) => {
    const rounds = compare(Object.fromEntries(names.map((name) => [name, () => contenders[name](expression)])));
    const times = ratio(rounds.package, rounds.croner, rounds["cron-parser"]);
    return [expression, ...names.map((name) => median(rounds[name])), times];
  });
  const summary = ["median", ...rows[0].slice(1).map((_, column) => median(rows.map((row) => row[column + 1])))];
  print(title, ["", ...names, "times"], [...rows, summary]);
  console.log(`  least: ${Math.min(...rows.map((row) => row.at(-1))).toPrecision(3)} times`);
}

function bound(count) {
  return {
    package: (expression) => package_(expression, count),
    croner: (expression) => croner(expression, count),
    "cron-parser": (expression) => cronParser(expression, count),
  };
}
