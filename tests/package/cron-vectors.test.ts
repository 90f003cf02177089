/**
 * The 634 cases of cron again, for what the package says beside the next runs (those are in `vectors.test.ts`): every
 * function that takes an expression agrees on what is one, and what is shown of it can be relied on.
 */
import { PipelineError, checkCron, createInputSchema, describeSchedule, nextRuns, scheduleSchema } from "convex-pipelines";
import { describe, expect, test } from "vitest";
import agreed from "../vectors/cron.jsonl?raw";
import disputed from "../vectors/cron-disputed.jsonl?raw";

interface Case {
  expr: string;
  tz?: string;
  from?: string;
  valid?: boolean;
}

const CASES = `${agreed.trim()}\n${disputed.trim()}`.split("\n").map((line) => JSON.parse(line) as Case);
const ACCEPTED = CASES.filter(({ valid = true }) => valid);
const REFUSED = CASES.filter(({ valid = true }) => !valid);

test("all cases are here", () => {
  expect(CASES).toHaveLength(634);
  expect(ACCEPTED.length).toBeGreaterThan(300);
  expect(REFUSED.length).toBeGreaterThan(100);
});

describe("what is accepted", () => {
  test("has a canonical form that is its own canonical form, and runs at the same times", () => {
    const strays = ACCEPTED.filter(({ expr, tz, from }) => {
      const cron = canonical(expr);
      const zone = { ...(tz === undefined ? {} : { timezone: tz }) };
      const runs = (text: string) => nextRuns({ cron: text, ...zone }, { after: from ?? 0 }).join();
      return canonical(cron) !== cron || runs(cron) !== runs(expr);
    });
    expect(strays).toEqual([]);
  });

  test("is stored in that form", () => {
    const strays = ACCEPTED.filter(({ expr }) => scheduleSchema.parse({ cron: expr }).cron !== canonical(expr));
    expect(strays).toEqual([]);
  });

  test("has words, and they are those of its canonical form", () => {
    const strays = ACCEPTED.filter(({ expr }) => {
      const words = describeSchedule({ cron: expr });
      return words === "" || /undefined|NaN|\s$/.test(words) || words !== describeSchedule({ cron: canonical(expr) });
    });
    expect(strays).toEqual([]);
  });

  test("runs in order, on whole minutes, after the given moment", () => {
    const strays = ACCEPTED.filter(({ expr, tz = "UTC", from = "2026-01-01T00:00:00Z" }) => {
      const moments = [new Date(from).toISOString(), ...nextRuns({ cron: expr, timezone: tz }, { after: from, count: 20 })];
      return moments.slice(1).some((moment, index) => moment <= moments[index]! || !moment.endsWith(":00.000Z"));
    });
    expect(strays).toEqual([]);
  });
});

describe("what is refused", () => {
  test("is refused by every function, with one issue at its place", () => {
    const strays = REFUSED.filter(({ expr }) => {
      const issue = refusal(expr);
      const input = createInputSchema.safeParse({ name: "x", steps: [{ id: "a", kind: "clean", options: {} }], schedule: { cron: expr } });
      const inForm = input.success ? [] : input.error.issues;
      const [only] = inForm;
      const agrees = inForm.length === 1 && only?.path.join() === "schedule,cron" && only.message === issue.message;
      return !agrees || !refuses(() => nextRuns({ cron: expr })) || !refuses(() => describeSchedule({ cron: expr }));
    });
    expect(strays).toEqual([]);
  });

  test("is quoted as it was written, from where it was written", () => {
    const strays = REFUSED.filter(({ expr }) => {
      const { start, end, given } = refusal(expr).params ?? {};
      return expr.slice(Number(start), Number(end)) !== given;
    });
    expect(strays).toEqual([]);
  });

  test("is repaired by its suggestion, where there is one", () => {
    const suggested = REFUSED.map(({ expr }) => refusal(expr).params?.["suggestion"]).filter((text) => text !== undefined);
    expect(suggested.length).toBeGreaterThan(20);
    expect(suggested.filter((text) => !checkCron(String(text)).ok)).toEqual([]);
  });
});

function canonical(expr: string): string {
  const check = checkCron(expr);
  if (!check.ok) throw new Error(`${expr}: ${check.issue.message}`);
  return check.cron;
}

function refusal(expr: string) {
  const check = checkCron(expr);
  if (check.ok) throw new Error(`${expr} was accepted`);
  return check.issue;
}

function refuses(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (thrown) {
    return thrown instanceof PipelineError && thrown.code === "invalid";
  }
}
