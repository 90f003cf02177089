// What changes a pipeline, beside what one would write by hand with zod and croner.
import { createPipeline, recordRun, toListItem, updatePipeline } from "../../../pkg/dist/index.js";
import { agree } from "../agree.mjs";
import * as byHand from "../contenders/by-hand.mjs";
import { valid } from "../inputs.mjs";
import { OURS } from "../report.mjs";
import { compareAll } from "../rounds.mjs";

const CONTEXT = { id: "5f2b1d3c-8a4e-4f6b-9c7d-0e1f2a3b4c5d", webhookSecret: "0123456789abcdef0123456789abcdef", now: "2026-11-27T06:00:00.000Z" };
const LATER = "2026-11-27T07:00:00.000Z";
const ours = { createPipeline, updatePipeline, recordRun, toListItem };

export function run(report) {
  const cases = [3, 20].flatMap((count) => {
    const input = valid(count);
    const pipeline = createPipeline(input, CONTEXT);
    return [
      [`createPipeline, ${count} steps`, (by) => by.createPipeline(input, CONTEXT)],
      [`updatePipeline, a name, ${count} steps`, (by) => by.updatePipeline(pipeline, { name: " Evening news " }, { now: LATER })],
      [`updatePipeline, the steps, ${count} steps`, (by) => by.updatePipeline(pipeline, { steps: input.steps }, { now: LATER })],
      [`recordRun, ${count} steps`, (by) => by.recordRun(pipeline, LATER)],
      [`toListItem, ${count} steps`, (by) => by.toListItem(pipeline)],
    ];
  });
  const both = (make) => ({ [OURS]: make(ours), "by hand, zod + croner": make(byHand) });
  for (const [name, ask] of cases) agree(name, both(ask));
  const rounds = compareAll(cases.map(([name, ask]) => [name, both((by) => () => ask(by))]));
  report.comparison("Transitions", "microseconds for one call", rounds);
}
