/** Instants as people read them, in a zone. */

/** `UTC` is missing from what browsers list. */
export function timeZones(current: string): string[] {
  const zones = new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]);
  if (current !== "") zones.add(current);
  return [...zones].sort((a, b) => (a === "UTC" ? -1 : b === "UTC" ? 1 : a < b ? -1 : 1));
}

export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** `Mon, 30 Mar 2026, 07:00` */
export function longTime(instant: string | number, zone: string): string {
  return format(instant, zone, "long");
}

/** `Mon 30 Mar, 07:00`, with the year where it is not this one. */
export function shortTime(instant: string | number, zone: string): string {
  const thisYear = format(Date.now(), zone, "year") === format(instant, zone, "year");
  return format(instant, zone, thisYear ? "short" : "long");
}

/** `Today, 07:00`, `Tomorrow, 07:00`, `Yesterday, 07:00`; other days as {@link shortTime} has them. */
export function nearTime(instant: string | number, zone: string, now: number): string {
  const day = NEAR_DAYS.get(dayNumber(instant, zone) - dayNumber(now, zone));
  return day === undefined ? shortTime(instant, zone) : `${day}, ${format(instant, zone, "clock")}`;
}

/** `New York`, of `America/New_York` */
export function cityOf(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** Whether two zones show the same time at that instant. */
export function isSameClock(instant: string, zone: string, other: string): boolean {
  return offsetAt(Date.parse(instant), zone) === offsetAt(Date.parse(instant), other);
}

/** `Sunday 29 March` */
export function dayOf(instant: number, zone: string): string {
  return format(instant, zone, "day");
}

/** `07:00` */
export function clockOf(instant: number, zone: string): string {
  return format(instant, zone, "clock");
}

/** How far the zone is ahead of UTC at that instant, in minutes. */
export function offsetAt(instant: number, zone: string): number {
  const name = formatter(zone, "offset")
    .formatToParts(instant)
    .find((part) => part.type === "timeZoneName")?.value;
  const match = /^GMT([+-])(\d\d):(\d\d)/.exec(name ?? "");
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" ? -minutes : minutes;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const NEAR_DAYS = new Map([
  [-1, "Yesterday"],
  [0, "Today"],
  [1, "Tomorrow"],
]);

/** Days of the calendar in that zone, counted. */
function dayNumber(instant: string | number, zone: string): number {
  const [day, month, year] = format(instant, zone, "date").split("/").map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day) / DAY_MS;
}

const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const shapes = {
  long: { weekday: "short", day: "numeric", month: "short", year: "numeric", ...time },
  short: { weekday: "short", day: "numeric", month: "short", ...time },
  day: { weekday: "long", day: "numeric", month: "long" },
  clock: time,
  date: { day: "2-digit", month: "2-digit", year: "numeric" },
  year: { year: "numeric" },
  offset: { timeZoneName: "longOffset" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, shape: keyof typeof shapes): Intl.DateTimeFormat {
  const key = `${shape} ${zone}`;
  let known = formatters.get(key);
  if (known === undefined) {
    // The page is in English, and 24 hours are what the sentence of a schedule counts.
    known = new Intl.DateTimeFormat("en-GB", { ...shapes[shape], timeZone: zone });
    formatters.set(key, known);
  }
  return known;
}

function format(instant: string | number, zone: string, shape: keyof typeof shapes): string {
  return formatter(zone, shape).format(new Date(instant));
}
