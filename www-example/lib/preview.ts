/** What the clock changes between the next runs of a schedule do. */
import { nextRuns } from "convex-pipelines";
import { clockOf, dayOf, offsetAt } from "./times";

export interface PreviewRun {
  at: string;
  /** What a clock change does to this run, or has done since the run before. */
  note?: string;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** The next runs of a valid schedule, each with what there is to say of it. */
export function notedRuns(runs: readonly string[], cron: string, zone: string, viewer: string): PreviewRun[] {
  let earlier = Date.now();
  return runs.map((at) => {
    const instant = Date.parse(at);
    const note = movedNote(cron, zone, instant) ?? changeNote(zone, viewer, earlier, instant);
    earlier = instant;
    return note === undefined ? { at } : { at, note };
  });
}

/** A run at a time of day that its cron does not name, or in the first pass of an hour that comes twice. */
function movedNote(cron: string, zone: string, instant: number): string | undefined {
  const before = offsetAt(instant - MINUTE, zone);
  const offset = offsetAt(instant, zone);
  if (offset > before) {
    // The same cron on a clock that never changes says which times of day it names.
    const wall = instant + offset * MINUTE;
    const gap = wall - (offset - before) * MINUTE;
    const named = nextRuns({ cron, timezone: "UTC" }, { after: gap - 1, count: 1 })[0];
    const due = named === undefined ? wall : Date.parse(named);
    if (due < wall) {
      return `Clocks go forward: ${clockOf(due, "UTC")} does not exist that day, so it runs at ${clockOf(instant, zone)}`;
    }
  }
  const later = offsetAt(instant + 3 * 60 * MINUTE, zone);
  const repeat = instant + (offset - later) * MINUTE;
  if (later < offset && offsetAt(repeat, zone) === later && clockOf(repeat, zone) === clockOf(instant, zone)) {
    const runsAgain =
      nextRuns({ cron, timezone: zone }, { after: repeat - 1, count: 1 })[0] === new Date(repeat).toISOString();
    if (!runsAgain) return `Clocks go back: ${clockOf(instant, zone)} comes twice that day, and it runs the first time`;
  }
  return undefined;
}

/** A clock change between two runs: the time of day stays, and moves for whoever lives by another clock. */
function changeNote(zone: string, viewer: string, from: number, to: number): string | undefined {
  const change = offsetAt(to, zone) - offsetAt(from, zone);
  const own = offsetAt(to, viewer) - offsetAt(from, viewer);
  if (change === own) return undefined;
  if (change === 0) {
    return `Your clocks go ${direction(own)} ${span(own)} on ${dayOf(changeBetween(viewer, from, to), viewer)}, so from here it runs ${span(own)} ${own > 0 ? "later" : "earlier"} for you`;
  }
  const moved = own - change;
  const when = dayOf(changeBetween(zone, from, to), zone);
  return `Clocks in ${zone} go ${direction(change)} ${span(change)} on ${when}, so from here it runs ${span(moved)} ${moved > 0 ? "later" : "earlier"} for you`;
}

/** An instant on the day of the change, found by halving. */
function changeBetween(zone: string, from: number, to: number): number {
  const offset = offsetAt(to, zone);
  let [before, after] = [from, to];
  // Runs can be years apart, and clocks change and change back: the last change before `to` is the one that counts.
  for (let step = to; step > from; step -= 30 * DAY) {
    if (offsetAt(step, zone) !== offset) {
      before = step;
      break;
    }
    after = step;
  }
  while (after - before > MINUTE) {
    const middle = (before + after) / 2;
    if (offsetAt(middle, zone) === offset) after = middle;
    else before = middle;
  }
  return after;
}

function direction(minutes: number): string {
  return minutes > 0 ? "forward" : "back";
}

function span(minutes: number): string {
  const size = Math.abs(minutes);
  if (size % 60 !== 0) return `${size} minutes`;
  return size === 60 ? "an hour" : `${size / 60} hours`;
}
