import { type ChildProcess, spawn } from "node:child_process";
import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPipeline } from "convex-pipelines";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { INPUT, STEPS, refusal, repositorySuite } from "./suite";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pipelines-"));
  path = join(folder, "pipelines.json");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const stored = (): { pipelines: Record<string, unknown>[] } & Record<string, unknown> =>
  JSON.parse(readFileSync(path, "utf8")) as never;

repositorySuite("the JSON file repository", () => new JsonFilePipelineRepository(path));

describe("a file of pipelines", () => {
  test("is made with its folder, readable by its owner only, without leftovers", async () => {
    path = join(folder, "a", "b", "pipelines.json");
    await new JsonFilePipelineRepository(path).create(INPUT);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "a", "b"))).toEqual(["pipelines.json"]);
    expect(stored().pipelines).toHaveLength(1);
  });

  test("holds no secret", async () => {
    const { webhookSecret } = await new JsonFilePipelineRepository(path).create(INPUT);
    expect(readFileSync(path, "utf8")).not.toContain(webhookSecret);
  });

  test("keeps secrets readable where that is wanted", async () => {
    const repository = new JsonFilePipelineRepository(path, { secretStorage: "plaintext" });
    const { id, webhookSecret } = await repository.create(INPUT);
    expect(stored().pipelines[0]).toMatchObject({ webhookSecret });
    expect(await repository.get(id)).toMatchObject({ webhookSecret });
  });

  test("of an older version opens as it is, and keeps what this version does not know", async () => {
    const old = createPipeline(INPUT);
    const { steps, ...rest } = { ...old, colour: { of: ["the", "app"] } };
    writeFileSync(path, JSON.stringify({ $schema: "v0", pipelines: [rest, { ...old, id: crypto.randomUUID(), steps }], note: 1 }));
    const repository = new JsonFilePipelineRepository(path);
    expect(await repository.get(old.id)).toMatchObject({ name: old.name, steps: [], colour: { of: ["the", "app"] } });
    expect((await repository.findByWebhookSecret(old.webhookSecret))?.id).toBeDefined();
    await repository.update(old.id, { name: "renamed", steps: STEPS });
    expect(stored()).toMatchObject({ $schema: "v0", note: 1 });
    expect(Object.keys(stored())).toEqual(["$schema", "pipelines", "note"]);
    expect(stored().pipelines[0]).toMatchObject({ name: "renamed", colour: { of: ["the", "app"] } });
  });

  test("without pipelines is empty, and keeps its other keys", async () => {
    writeFileSync(path, '{ "note": "mine" }');
    const repository = new JsonFilePipelineRepository(path);
    expect(await repository.list()).toEqual([]);
    await repository.create(INPUT);
    expect(stored()).toMatchObject({ note: "mine", pipelines: [{ name: "Morning news" }] });
  });

  test("that somebody edits is read again", async () => {
    const repository = new JsonFilePipelineRepository(path);
    const { id } = await repository.create(INPUT);
    expect(await repository.list()).toHaveLength(1);
    writeFileSync(path, readFileSync(path, "utf8").replace("Morning news", "Edited by hand"));
    expect(await repository.get(id)).toMatchObject({ name: "Edited by hand" });
    await repository.recordRun(id, "2026-01-01T00:00:00Z");
    expect(stored().pipelines[0]).toMatchObject({ name: "Edited by hand", lastRunAt: "2026-01-01T00:00:00.000Z" });
    rmSync(path);
    expect(await repository.list()).toEqual([]);
  });

  test.each([
    ["nothing in it", ""],
    ["half of its JSON", '{ "pipelines": [ { "id": "6f1f'],
    ["a list at the top", "[]"],
    ["pipelines that are no list", '{ "pipelines": {} }'],
    ["a pipeline that is none", '{ "pipelines": [7] }'],
    ["a pipeline without an id", '{ "pipelines": [{ "name": "x" }] }'],
    ["a pipeline with a wrong field", '{ "pipelines": [{ "id": "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f", "name": 7 }] }'],
    ["bytes that are no text", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ])("with %s is an error that names it, and stays as it is", async (_what, content) => {
    writeFileSync(path, content);
    const repository = new JsonFilePipelineRepository(path);
    for (const attempt of [repository.list(), repository.create(INPUT), repository.delete("x")]) {
      const error = await refusal(attempt, "storage");
      expect(error.message).toContain(path);
      expect(error.retryable).toBe(false);
    }
    expect(readFileSync(path)).toEqual(Buffer.from(content));
    expect(readdirSync(folder)).toEqual(["pipelines.json"]);
  });

  test("that is mended works again in the same repository", async () => {
    writeFileSync(path, "{");
    const repository = new JsonFilePipelineRepository(path);
    await refusal(repository.list(), "storage");
    writeFileSync(path, "{}");
    expect(await repository.list()).toEqual([]);
  });

  test("behind a symbolic link stays behind it", async () => {
    const link = join(folder, "link.json");
    writeFileSync(path, "{}");
    symlinkSync(path, link);
    await new JsonFilePipelineRepository(link).create(INPUT);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(stored().pipelines).toHaveLength(1);
  });

  test("whose folder has become a file is an error, and nothing is changed here", async () => {
    const repository = new JsonFilePipelineRepository(path);
    await repository.create(INPUT);
    // Not merely write-protected: root, as whom a container runs tests, may write anywhere.
    const away = `${folder}.away`;
    renameSync(folder, away);
    writeFileSync(folder, "");
    await refusal(repository.create(INPUT), "storage");
    rmSync(folder);
    renameSync(away, folder);
    expect(await repository.list()).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(["pipelines.json"]);
  });

  test("needs a path", () => {
    expect(() => new JsonFilePipelineRepository(undefined as unknown as string)).toThrow(/path/);
    expect(() => new JsonFilePipelineRepository("")).toThrow(/path/);
  });
});

describe("several processes", () => {
  /** Creates pipelines in the file until it is killed, and says each id when it is acknowledged. */
  function writer(count: number, tag: string): ChildProcess & { acknowledged: string[]; ended: Promise<number | null> } {
    const script = `
      import { JsonFilePipelineRepository } from "convex-pipelines/node";
      const repository = new JsonFilePipelineRepository(${JSON.stringify(path)});
      for (let turn = 0; turn < ${String(count)}; turn++) {
        const { id } = await repository.create({ name: "${tag} " + turn, steps: ${JSON.stringify(STEPS)} });
        process.stdout.write(id + "\\n");
      }`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: import.meta.dirname,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    return Object.assign(child, {
      ended,
      get acknowledged(): string[] {
        return text.split("\n").slice(0, -1);
      },
    });
  }

  test("write at once and lose nothing", async () => {
    const writers = ["a", "b", "c"].map((tag) => writer(40, tag));
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const ids = stored().pipelines.map(({ id }) => id);
    expect(ids).toHaveLength(120);
    expect(new Set(ids).size).toBe(120);
    expect(readdirSync(folder)).toEqual(["pipelines.json"]);
  }, 60_000);

  test("see each other's changes and plan on them", async () => {
    const here = new JsonFilePipelineRepository(path);
    const there = new JsonFilePipelineRepository(path);
    const { id } = await here.create(INPUT);
    const updates = Array.from({ length: 12 }, (_each, turn) =>
      (turn % 2 === 0 ? here : there).update(id, turn % 3 === 0 ? { description: `d${String(turn)}` } : {}),
    );
    const stamps = (await Promise.all(updates)).map(({ updatedAt }) => updatedAt);
    expect(new Set(stamps).size).toBe(12);
    expect(await here.get(id)).toEqual(await there.get(id));
  });

  test("may be killed at any moment: what was acknowledged is there, and the next writer goes on at once", async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 15; round++) {
      const child = writer(10_000, `round ${String(round)}`);
      await new Promise((resolve) => child.stdout!.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, round * 4));
      child.kill("SIGKILL");
      await child.ended;
      acknowledged.push(...child.acknowledged);
      const ids = new Set(stored().pipelines.map(({ id }) => id));
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    }
    const start = Date.now();
    await new JsonFilePipelineRepository(path).create(INPUT);
    expect(Date.now() - start).toBeLessThan(2_000);
    expect(readdirSync(folder)).toEqual(["pipelines.json"]);
  }, 120_000);
});
