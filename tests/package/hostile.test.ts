/** Every export of the root entry, called with values that do what no caller should. */
import * as root from "convex-pipelines";
import { beforeAll, afterAll, expect, test } from "vitest";
import { attack, type Target } from "../support/attack";
import { hostileValues, seedOf } from "../support/hostile";
import { INPUT } from "../repositories/suite";

const SEED = seedOf();

const PIPELINE = root.createPipeline(INPUT);
const ENDPOINT = { baseUrl: "https://happy-otter-123.convex.site", authToken: "t".repeat(40), authScheme: "Bearer" };
const AWAY = { ...ENDPOINT, fetch: () => Promise.resolve(new Response("busy", { status: 503 })) };

function targets(): Target[] {
  const all: Target[] = [];
  const add = (name: string, args: unknown[], call: (...args: never[]) => unknown): void => void all.push({ name, args, call });
  for (const name of ["createInputSchema", "updateInputSchema", "pipelineSchema", "pipelineRunSchema", "scheduleSchema"] as const) {
    const good = { createInputSchema: INPUT, updateInputSchema: { name: "x" }, pipelineSchema: PIPELINE, pipelineRunSchema: {}, scheduleSchema: INPUT.schedule };
    add(`${name}.parse`, [good[name]], root[name].parse);
    add(`${name}.safeParse`, [good[name]], root[name].safeParse);
    add(`${name}.validate`, [good[name]], root[name]["~standard"].validate);
  }
  const form = root.fromForm(root.createInputSchema);
  add("fromForm", [root.createInputSchema], root.fromForm);
  add("fromForm().parse", [INPUT], form.parse);
  add("fromForm().safeParse", [INPUT], form.safeParse);
  add("createPipeline", [INPUT, { now: 0, id: PIPELINE.id, accountId: "a" }], root.createPipeline);
  add("updatePipeline", [PIPELINE, { name: "x" }, { now: 0 }], root.updatePipeline);
  add("recordRun", [PIPELINE, "2026-01-01T00:00:00Z"], root.recordRun);
  add("toListItem", [PIPELINE], root.toListItem);
  add("comparePipelines", [PIPELINE, PIPELINE], root.comparePipelines);
  add("nextRuns", [INPUT.schedule, { after: 0, count: 3 }], root.nextRuns);
  add("describeSchedule", [INPUT.schedule], root.describeSchedule);
  add("explicitCron", [INPUT.schedule], root.explicitCron);
  add("checkCron", ["* * * * *"], root.checkCron);
  add("buildRequest", ["update", { id: PIPELINE.id, input: { name: "x" } }, ENDPOINT], root.buildRequest);
  add("readResponse", ["get", { status: 200, headers: { a: "b" }, body: '{"result":null}' }], root.readResponse);
  add("isPipelineError", [new root.PipelineError({ code: "conflict", message: "x" })], root.isPipelineError);
  add("PipelineError", [{ code: "invalid", message: "x", issues: [{ code: "type", path: ["a", 0], message: "y", params: { max: 1 } }] }], (data) => {
    const error = new root.PipelineError(data);
    return JSON.stringify(error);
  });
  add("InMemoryPipelineRepository", [{ secretStorage: "hashed" }], (options) => new root.InMemoryPipelineRepository(options));
  add("ConvexPipelineRepository", [AWAY], (options) => new root.ConvexPipelineRepository(options));
  add("FallbackPipelineRepository", [{ remote: new root.ConvexPipelineRepository(AWAY), local: new root.InMemoryPipelineRepository() }], (options) => new root.FallbackPipelineRepository(options));
  add("IndexedDbPipelineRepository.open", [{ name: "hostile", accountId: "a", secretStorage: "hashed" }], async (options) => {
    const repository = await root.IndexedDbPipelineRepository.open(options);
    await repository.close();
  });
  const local = new root.InMemoryPipelineRepository();
  const remote = new root.ConvexPipelineRepository(AWAY);
  const repositories = { memory: local, convex: remote, fallback: new root.FallbackPipelineRepository({ remote, local }) };
  for (const [name, repository] of Object.entries(repositories)) {
    add(`${name}.get`, [PIPELINE.id], (id) => repository.get(id));
    add(`${name}.findByWebhookSecret`, ["x"], (secret) => repository.findByWebhookSecret(secret));
    add(`${name}.create`, [INPUT], (input) => repository.create(input));
    add(`${name}.update`, [PIPELINE.id, { name: "x" }, { expectedUpdatedAt: PIPELINE.updatedAt }], (id, input, options) => repository.update(id, input, options));
    add(`${name}.delete`, [PIPELINE.id], (id) => repository.delete(id));
    add(`${name}.recordRun`, [PIPELINE.id, "2026-01-01T00:00:00Z"], (id, completedAt) => repository.recordRun(id, completedAt));
    if ("subscribe" in repository) add(`${name}.subscribe`, [() => undefined], (listener) => repository.subscribe(listener)());
  }
  return all;
}

let made = 0;
const { Instance } = WebAssembly;
beforeAll(() => {
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, args: ConstructorParameters<typeof Instance>) {
      made += 1;
      return new target(...args);
    },
  });
});
afterAll(() => {
  WebAssembly.Instance = Instance;
});

const values = hostileValues(
  () => root.createInputSchema.safeParse({ name: "ä".repeat(300), steps: [] }),
  (message) => new root.PipelineError({ code: "conflict", message }),
);

test(`every export answers every value with a result or a PipelineError (SEED=${String(SEED)})`, async () => {
  await new root.InMemoryPipelineRepository().list(); // every part of the module runs
  const before = made;
  const { calls, faults } = await attack(targets(), values, SEED);
  console.info(`${String(calls)} hostile calls, SEED=${String(SEED)}`);
  expect(faults.slice(0, 40), `${String(faults.length)} of ${String(calls)}`).toEqual([]);
  expect(made - before, "no call may cost the instance").toBe(0);
  expect(root.createInputSchema.safeParse(INPUT).success).toBe(true);
});
