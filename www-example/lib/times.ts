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

const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const shapes = {
  long: { weekday: "short", day: "numeric", month: "short", year: "numeric", ...time },
  short: { weekday: "short", day: "numeric", month: "short", ...time },
  day: { weekday: "long", day: "numeric", month: "long" },
  clock: time,
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
