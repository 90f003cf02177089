// The client's side of the wire: a request built, an answer read; beside `JSON` and zod by hand.
import { buildRequest, createPipeline, readResponse, toListItem } from "../../../pkg/dist/index.js";
import { agree } from "../agree.mjs";
import * as byHand from "../contenders/by-hand.mjs";
import { different, valid } from "../inputs.mjs";
import { OURS } from "../report.mjs";
import { compareAll } from "../rounds.mjs";

const ENDPOINT = { baseUrl: "https://happy-otter-123.convex.site", authToken: "9f3c5d1e8b7a4260b4e19c02d7f5a8e3" };
const ours = { buildRequest, readResponse };

export function run(report) {
  const pipelines = different(1_000).map((input) => createPipeline(input));
  const { id } = pipelines[0];
  const reply = (result) => ({ status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify({ result }) });
  const [one, few, many] = [reply(createPipeline(valid(20))), ...[100, 1_000].map((count) => reply(pipelines.slice(0, count).map(toListItem)))];
  const cases = [
    ["buildRequest, get", (by) => by.buildRequest("get", { id }, ENDPOINT)],
    ...[3, 20].map((count) => {
      const args = { input: valid(count) };
      return [`buildRequest, create with ${count} steps`, (by) => by.buildRequest("create", args, ENDPOINT)];
    }),
    ["readResponse, get with 20 steps", (by) => by.readResponse("get", one)],
    ["readResponse, list of 100", (by) => by.readResponse("list", few)],
    ["readResponse, list of 1,000", (by) => by.readResponse("list", many)],
  ];
  const both = (make) => ({ [OURS]: make(ours), "by hand, JSON + zod": make(byHand) });
  for (const [name, ask] of cases) agree(name, both((by) => answer(ask(by))));
  const rounds = compareAll(cases.map(([name, ask]) => [name, both((by) => () => ask(by))]));
  report.comparison("The wire", "microseconds for one call", rounds);
}

/** A body is compared by what it says: the order of keys is each writer's own. */
function answer(result) {
  return typeof result?.body === "string" ? { ...result, body: JSON.parse(result.body) } : result;
}
