/** A schedule while it is typed, and while its runs pass. */
import { checkCron, describeSchedule, nextRuns, type PipelineSchedule } from "convex-pipelines";
import { useSchedulePreview, type SchedulePreview, type SchedulePreviewOptions } from "convex-pipelines/react";
import { afterEach, expect, test, vi } from "vitest";
import { Commits, mount } from "../support/mount";

const commits = new Commits();
let preview: SchedulePreview;

afterEach(() => {
  vi.useRealTimers();
});

function Preview({ schedule, ...options }: { schedule: PipelineSchedule | undefined } & SchedulePreviewOptions) {
  commits.use("preview");
  preview = useSchedulePreview(schedule, options);
  return preview.sentence;
}

test("it says what the model says, and one object for one meaning", async () => {
  const berlin = { cron: "0 7 * * 1-5", timezone: "Europe/Berlin" };
  const { text, render } = mount(<Preview schedule={berlin} count={3} />);
  await vi.waitFor(() => expect(text()).toBe(describeSchedule(berlin)));
  expect(preview.nextRuns).toEqual(nextRuns(berlin, { count: 3 }));
  expect(preview).toMatchObject({ warnings: [], issue: undefined, issues: [] });

  const before = preview;
  commits.taken();
  render(<Preview schedule={{ ...berlin }} count={3} />);
  await vi.waitFor(() => expect(commits.taken()).toEqual({ preview: 1 }));
  expect(preview).toBe(before);

  render(<Preview schedule={{ cron: "0 0 31 2 *" }} />);
  await vi.waitFor(() => expect(preview.nextRuns).toEqual([]));
  const check = checkCron("0 0 31 2 *");
  expect(preview.warnings).toEqual(check.ok ? check.warnings : "refused");
  expect(preview.warnings).not.toEqual([]);

  render(<Preview schedule={{ ...berlin, enabled: false }} />);
  await vi.waitFor(() => expect(preview.warnings).toEqual([]));
  expect(preview.nextRuns).toEqual([]);
});

test("what is wrong is said at once, and nothing else", async () => {
  const { render } = mount(<Preview schedule={{ cron: "0 7 * * FRI-MON", timezone: "Europe/Berlni" }} />);
  await vi.waitFor(() => expect(preview.issues.map(({ path }) => path.join("."))).toEqual(["cron", "timezone"]));
  expect(preview.issue).toBe(preview.issues[0]);
  expect(preview).toMatchObject({ sentence: undefined, nextRuns: [], warnings: [] });
  // A cron that is right has its warnings, whatever stands beside it.
  render(<Preview schedule={{ cron: "0 0 31 2 *", timezone: "Europe/Berlni" }} />);
  await vi.waitFor(() => expect(preview.issues.map(({ path }) => path.join("."))).toEqual(["timezone"]));
  const check = checkCron("0 0 31 2 *");
  expect(preview.warnings).toEqual(check.ok ? check.warnings : "refused");
  expect(preview).toMatchObject({ sentence: undefined, nextRuns: [] });
  // What no type allows is an issue like any other.
  const circle: Record<string, unknown> = { cron: 7n };
  circle["self"] = circle;
  render(<Preview schedule={circle as unknown as PipelineSchedule} />);
  await vi.waitFor(() => expect(preview.issue).toMatchObject({ code: "type", path: ["cron"] }));
  render(<Preview schedule={undefined} />);
  await vi.waitFor(() => expect(preview.issues).toEqual([]));
  expect(preview).toMatchObject({ sentence: undefined, nextRuns: [] });
});

test("the runs renew themselves when the next one passes", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-03-27T06:57:30Z"), toFake: ["setTimeout", "clearTimeout", "Date"] });
  const schedule = { cron: "0 7 27 * *" };
  const { unmount } = mount(<Preview schedule={schedule} count={2} />);
  await vi.waitFor(() => expect(preview.nextRuns).toEqual(["2026-03-27T07:00:00.000Z", "2026-04-27T07:00:00.000Z"]));
  commits.taken();
  await vi.advanceTimersByTimeAsync(149_000);
  expect(commits.taken()).toEqual({});
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.waitFor(() => expect(preview.nextRuns).toEqual(["2026-04-27T07:00:00.000Z", "2026-05-27T07:00:00.000Z"]));
  expect(commits.taken()).toEqual({ preview: 1 });
  unmount();
  expect(vi.getTimerCount()).toBe(0);
});

test("after a sleep, or a clock that was set, the runs are right within a minute", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-03-27T05:00:00Z"), toFake: ["setTimeout", "clearTimeout", "Date"] });
  mount(<Preview schedule={{ cron: "0 7 27 * *" }} count={1} />);
  await vi.waitFor(() => expect(preview.nextRuns).toEqual(["2026-03-27T07:00:00.000Z"]));
  await vi.advanceTimersByTimeAsync(1_000);
  vi.setSystemTime("2026-03-28T05:00:00Z"); // the timers stood still meanwhile
  await vi.advanceTimersByTimeAsync(60_000);
  await vi.waitFor(() => expect(preview.nextRuns).toEqual(["2026-04-27T07:00:00.000Z"]));
});
