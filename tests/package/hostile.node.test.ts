/** The exports of the other entries, and values of another realm. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { pipelineFunctions, pipelineRoutes } from "convex-pipelines/convex";
import { JsonFilePipelineRepository, PipelineError, createInputSchema, createPipeline, pipelineSchema } from "convex-pipelines/node";
import { afterAll, expect, test } from "vitest";
import { INPUT } from "../repositories/suite";
import { attack, type Target } from "../support/attack";
import { hostileValues, seedOf } from "../support/hostile";

const SEED = seedOf();
const folder = mkdtempSync(join(tmpdir(), "hostile-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const PIPELINE = createPipeline(INPUT);
const file = new JsonFilePipelineRepository(join(folder, "pipelines.json"));

const targets: Target[] = [
  { name: "createInputSchema.safeParse", args: [INPUT], call: (value) => createInputSchema.safeParse(value) },
  { name: "pipelineSchema.parse", args: [PIPELINE], call: (value) => pipelineSchema.parse(value) },
  {
    name: "JsonFilePipelineRepository",
    args: [join(folder, "other.json"), { secretStorage: "hashed", accountId: "a" }],
    call: (path, options) => new JsonFilePipelineRepository(path, options),
  },
  { name: "file.get", args: [PIPELINE.id], call: (id) => file.get(id) },
  { name: "file.findByWebhookSecret", args: ["x"], call: (secret) => file.findByWebhookSecret(secret) },
  { name: "file.update", args: [PIPELINE.id, { name: "x" }, {}], call: (id, input, options) => file.update(id, input, options) },
  { name: "file.delete", args: [PIPELINE.id], call: (id) => file.delete(id) },
  { name: "file.recordRun", args: [PIPELINE.id, PIPELINE.updatedAt], call: (id, completedAt) => file.recordRun(id, completedAt) },
  { name: "pipelineFunctions", args: [{ secretStorage: "hashed" }], call: (options) => pipelineFunctions(options) },
  { name: "pipelineRoutes", args: [{ route: () => undefined }], call: (http) => { pipelineRoutes(http, {} as never); } },
];

test(`the other entries answer every value with a result or a PipelineError (SEED=${String(SEED)})`, async () => {
  const values = hostileValues(
    () => createInputSchema.safeParse({ name: "x" }),
    (message) => new PipelineError({ code: "conflict", message }),
    (source) => runInNewContext(source) as unknown,
  );
  const { calls, faults } = await attack(targets, values, SEED);
  console.info(`${String(calls)} hostile calls, SEED=${String(SEED)}`);
  expect(faults.slice(0, 40), `${String(faults.length)} of ${String(calls)}`).toEqual([]);
});
