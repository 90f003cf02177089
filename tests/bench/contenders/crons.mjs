// Who reads schedules. Everybody parses anew in each call, because the package's functions take text. The package
// answers with timestamps, croner with Dates, cron-parser with objects of its own: nobody is asked to convert.
import { CronExpressionParser } from "cron-parser";
import { Cron } from "croner";
import { checkCron, nextRuns } from "../../../pkg/dist/index.js";
import { OURS } from "../report.mjs";

const AFTER = "2026-01-01T00:00:00.000Z";
const after = new Date(AFTER);

export const CRON_READERS = {
  [OURS]: {
    parse: (cron) => checkCron(cron),
    accepts: (cron) => checkCron(cron).ok,
    next: (cron, zone, count) => nextRuns(zone === "UTC" ? { cron } : { cron, timezone: zone }, { after: AFTER, count }),
    times: (runs) => runs,
  },
  croner: {
    parse: (cron) => new Cron(cron, { mode: "5-part" }),
    accepts: (cron) => doesNotThrow(() => new Cron(cron, { mode: "5-part" })),
    // The quicker of its two ways to say UTC.
    next: (cron, zone, count) => new Cron(cron, zone === "UTC" ? { utcOffset: 0 } : { timezone: zone }).nextRuns(count, after),
    times: texts,
  },
  "cron-parser": {
    parse: (cron) => CronExpressionParser.parse(cron),
    accepts: (cron) => doesNotThrow(() => CronExpressionParser.parse(cron)),
    next: (cron, zone, count) => CronExpressionParser.parse(cron, { currentDate: after, tz: zone }).take(count),
    times: texts,
  },
};

function texts(dates) {
  return dates.map((date) => date.toISOString());
}

function doesNotThrow(call) {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}
