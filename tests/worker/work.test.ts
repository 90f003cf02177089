/** The example's worker, from the queue to the outcome. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { InMemoryPipelineRepository, type PipelineStep } from "convex-pipelines";
import { describe, expect, test } from "vitest";
import { work } from "../../www-example/worker/work";

const CLEAN: PipelineStep = { id: "a", kind: "clean", options: { stripBullets: true } };
const CHUNK: PipelineStep = { id: "b", kind: "chunk", options: { strategy: "sentence", maxCharacters: 50 } };
const TRANSLATE: PipelineStep = { id: "c", kind: "translate", options: { targetLanguage: "German" } };

/** The run of a pipeline with these steps, once it has ended. */
async function ranWith(steps: PipelineStep[], payload: string | undefined, environment: Record<string, string> = {}) {
  const repository = new InMemoryPipelineRepository();
  const { id } = await repository.create({ name: "A", steps });
  const { runId } = await repository.runs.start({ id, trigger: "manual", payload });
  await work(repository.runs, environment as NodeJS.ProcessEnv);
  return (await repository.runs.get(runId))!;
}

describe("a run", () => {
  test("says what was done, and shows what came of it", async () => {
    const run = await ranWith([CLEAN, CHUNK], "- One thing. Another thing.");
    expect(run).toMatchObject({ status: "success", attempt: 1 });
    expect(run.outcome).toBe("clean: 27 to 25 characters\nchunk: 2 pieces of at most 50 characters\n\nOne thing.\n\nAnother thing.");
  });

  test("with more to say than fits says as much as does", async () => {
    const run = await ranWith([CLEAN], "\u{1f600}".repeat(10_000));
    expect(run.status).toBe("success");
    expect(run.outcome!.length).toBeLessThanOrEqual(4_000);
    expect(run.outcome!.isWellFormed()).toBe(true);
  });

  test("without a text fails", async () => {
    const { status, error } = await ranWith([CLEAN], undefined);
    expect([status, error]).toEqual(["failed", "there is no text: the run brings none, and the pipeline has no default source"]);
  });

  test("never passes for done where a step has no provider, and says what would connect one", async () => {
    const { status, error } = await ranWith([CLEAN, CHUNK, TRANSLATE], "A text.");
    expect(status).toBe("failed");
    expect(error).toBe("step 3 (translate): no provider is configured here; PIPELINES_TRANSLATE_URL connects one");
  });

  test("uses the provider that is connected, and fails with it", async () => {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { step, text } = JSON.parse(Buffer.concat(chunks).toString()) as { step: { options: object }; text: string };
        const isBroken = text === "Break.";
        response.writeHead(isBroken ? 500 : 200).end(JSON.stringify(isBroken ? {} : { text: `${text} in ${JSON.stringify(step.options)}` }));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const environment = { PIPELINES_TRANSLATE_URL: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
    try {
      const run = await ranWith([TRANSLATE], "Hello.", environment);
      expect(run.outcome).toBe('translate: 1 piece, by the provider\n\nHello. in {"targetLanguage":"German"}');
      expect((await ranWith([TRANSLATE], "Break.", environment)).error).toBe("step 1 (translate): the provider answered 500 without a text");
    } finally {
      server.close();
    }
    expect((await ranWith([TRANSLATE], "Hello.", environment)).error).toBe("step 1 (translate): the provider did not answer");
  });

  test("waits for another worker where the time of this one is over", async () => {
    const repository = new InMemoryPipelineRepository();
    const { runs } = repository;
    const { id } = await repository.create({ name: "A", steps: [CLEAN] });
    await runs.start({ id, trigger: "manual", runId: "r1", payload: "x" });
    await work(runs, {} as NodeJS.ProcessEnv, Date.now());
    expect(await runs.get("r1")).toMatchObject({ status: "queued" });
    await work(runs, {} as NodeJS.ProcessEnv, Date.now() + 60_000);
    expect(await runs.get("r1")).toMatchObject({ status: "success" });
  });

  test("whose pipeline is deleted meanwhile troubles nobody", async () => {
    const repository = new InMemoryPipelineRepository();
    const { id } = await repository.create({ name: "A", steps: [CLEAN] });
    for (const runId of ["r1", "r2"]) await repository.runs.start({ id, trigger: "manual", runId, payload: "x" });
    const { runs } = repository;
    const claim: typeof runs.claim = async (args) => {
      const claimed = await runs.claim(args);
      await repository.delete(id);
      return claimed;
    };
    await work({ ...bound(runs), claim });
    expect(await runs.get("r1")).toBeNull();
  });
});

function bound(runs: InMemoryPipelineRepository["runs"]): InMemoryPipelineRepository["runs"] {
  return {
    start: (run) => runs.start(run),
    claim: (claim) => runs.claim(claim),
    renew: (claim) => runs.renew(claim),
    finish: (run) => runs.finish(run),
    list: (page) => runs.list(page),
    get: (runId) => runs.get(runId),
  };
}
