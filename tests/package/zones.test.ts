/** What the zones that were asked for leave behind in the host. */
import { nextRuns, scheduleSchema } from "convex-pipelines";
import { afterAll, beforeAll, expect, test } from "vitest";

const { DateTimeFormat } = Intl;
let made: (string | undefined)[] = [];

beforeAll(() => {
  Intl.DateTimeFormat = new Proxy(DateTimeFormat, {
    construct(target, args: ConstructorParameters<typeof DateTimeFormat>) {
      made.push(args[1]?.timeZone);
      return new target(...args);
    },
  });
});
afterAll(() => {
  Intl.DateTimeFormat = DateTimeFormat;
});

const ZONES = [
  "Europe/Berlin", "Europe/Paris", "Europe/London", "Europe/Madrid", "Europe/Rome", "Europe/Vienna", "Europe/Oslo", "Europe/Prague",
  "Asia/Tokyo", "Asia/Seoul", "Asia/Dubai", "Asia/Kolkata", "America/New_York", "America/Chicago", "America/Denver", "America/Lima",
];
const OTHERS = ["Africa/Cairo", "Africa/Lagos", "Pacific/Auckland"];

function ask(timezone: string) {
  return nextRuns({ cron: "0 7 * * *", timezone }, { after: "2026-06-01T00:00:00Z", count: 1 })[0];
}

/** The spelling whose letters are capitals where `bits` has ones. */
function spelling(name: string, bits: number): string {
  return Array.from(name, (letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter.toLowerCase())).join("");
}

test("thousands of spellings of a zone take one format", () => {
  made = [];
  const runs = new Set(Array.from({ length: 4_096 }, (_, bits) => ask(spelling("Europe/Warsaw", bits))));
  expect([...runs]).toEqual(["2026-06-01T05:00:00.000Z"]);
  expect(made).toHaveLength(1);
});

test("sixteen zones in turns take a format each, made once", () => {
  const asked = () => ZONES.map((zone) => ask(zone));
  const first = asked();
  made = [];
  for (let round = 0; round < 10; round++) expect(asked()).toEqual(first);
  expect(made).toEqual([]);
});

test("of more zones those are kept that were asked for last", () => {
  for (const zone of ZONES) ask(zone);
  ask(ZONES[0]!);
  for (const zone of OTHERS) ask(zone);
  made = [];
  for (const zone of [ZONES[0]!, ...ZONES.slice(OTHERS.length + 1), ...OTHERS]) ask(zone);
  expect(made).toEqual([]);
  for (const zone of ZONES.slice(1, OTHERS.length + 1)) ask(zone);
  expect(made).toEqual(ZONES.slice(1, OTHERS.length + 1));
});

test("a zone that the host does not know is asked for anew, and leaves the others where they are", () => {
  for (const zone of ZONES) ask(zone);
  made = [];
  for (let at = 0; at < 100; at++) expect(scheduleSchema.safeParse({ cron: "0 7 * * *", timezone: `Mars/Base_${at}` }).success).toBe(false);
  expect(made).toHaveLength(100);
  made = [];
  for (const zone of ZONES) ask(zone);
  expect(made).toEqual([]);
});
