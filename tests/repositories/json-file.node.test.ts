import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createPipeline } from "convex-pipelines";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { describe, expect, test } from "vitest";
import { freshPlace } from "./json-file";
import { INPUT, STEPS, refusal, repositorySuite } from "./suite";

const place = freshPlace();

repositorySuite("the JSON file repository", () => new JsonFilePipelineRepository(place.path));

describe("a file of pipelines", () => {
  test("is made with its place.folder, readable by its owner only, without leftovers", async () => {
    place.path = join(place.folder, "a", "b", "pipelines.json");
    await new JsonFilePipelineRepository(place.path).create(INPUT);
    expect(statSync(place.path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(place.folder, "a", "b"))).toEqual(["pipelines.json"]);
    expect(place.stored().pipelines).toHaveLength(1);
  });

  test("holds no secret", async () => {
    const { webhookSecret } = await new JsonFilePipelineRepository(place.path).create(INPUT);
    expect(readFileSync(place.path, "utf8")).not.toContain(webhookSecret);
  });

  test("keeps secrets readable where that is wanted", async () => {
    const repository = new JsonFilePipelineRepository(place.path, { secretStorage: "plaintext" });
    const { id, webhookSecret } = await repository.create(INPUT);
    expect(place.stored().pipelines[0]).toMatchObject({ webhookSecret });
    expect(await repository.get(id)).toMatchObject({ webhookSecret });
  });

  test("of an older version opens as it is, and keeps what this version does not know", async () => {
    const old = createPipeline(INPUT);
    const { steps, ...rest } = { ...old, colour: { of: ["the", "app"] } };
    writeFileSync(place.path, JSON.stringify({ $schema: "v0", pipelines: [rest, { ...old, id: crypto.randomUUID(), steps }], note: 1 }));
    const repository = new JsonFilePipelineRepository(place.path);
    expect(await repository.get(old.id)).toMatchObject({ name: old.name, steps: [], colour: { of: ["the", "app"] } });
    expect((await repository.findByWebhookSecret(old.webhookSecret))?.id).toBeDefined();
    await repository.update(old.id, { name: "renamed", steps: STEPS });
    expect(place.stored()).toMatchObject({ $schema: "v0", note: 1 });
    expect(Object.keys(place.stored())).toEqual(["$schema", "pipelines", "note"]);
    expect(place.stored().pipelines[0]).toMatchObject({ name: "renamed", colour: { of: ["the", "app"] } });
  });

  test("without pipelines is empty, and keeps its other keys", async () => {
    writeFileSync(place.path, '{ "note": "mine" }');
    const repository = new JsonFilePipelineRepository(place.path);
    expect(await repository.list()).toEqual([]);
    await repository.create(INPUT);
    expect(place.stored()).toMatchObject({ note: "mine", pipelines: [{ name: "Morning news" }] });
  });

  test("that somebody edits is read again", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    const { id } = await repository.create(INPUT);
    expect(await repository.list()).toHaveLength(1);
    writeFileSync(place.path, readFileSync(place.path, "utf8").replace("Morning news", "Edited by hand"));
    expect(await repository.get(id)).toMatchObject({ name: "Edited by hand" });
    await repository.recordRun(id, "2026-01-01T00:00:00Z");
    expect(place.stored().pipelines[0]).toMatchObject({ name: "Edited by hand", lastRunAt: "2026-01-01T00:00:00.000Z" });
    rmSync(place.path);
    expect(await repository.list()).toEqual([]);
  });

  test.each([
    ["nothing in it", ""],
    ["half of its JSON", '{ "pipelines": [ { "id": "6f1f'],
    ["a list at the top", "[]"],
    ["pipelines that are no list", '{ "pipelines": {} }'],
    ["two lists of pipelines", '{ "pipelines": [], "pipelines": [] }'],
    ["bytes that are no text", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ])("with %s is an error that names it, and stays as it is", async (_what, content) => {
    writeFileSync(place.path, content);
    const repository = new JsonFilePipelineRepository(place.path);
    for (const attempt of [repository.list(), repository.create(INPUT), repository.delete("x")]) {
      const error = await refusal(attempt, "storage");
      expect(error.message).toContain(place.path);
      expect(error.retryable).toBe(false);
    }
    expect(readFileSync(place.path)).toEqual(Buffer.from(content));
    expect(readdirSync(place.folder)).toEqual(["pipelines.json"]);
  });

  test("that is mended works again in the same repository", async () => {
    writeFileSync(place.path, "{");
    const repository = new JsonFilePipelineRepository(place.path);
    await refusal(repository.list(), "storage");
    writeFileSync(place.path, "{}");
    expect(await repository.list()).toEqual([]);
  });

  test("behind a symbolic link stays behind it", async () => {
    const link = join(place.folder, "link.json");
    writeFileSync(place.path, "{}");
    symlinkSync(place.path, link);
    await new JsonFilePipelineRepository(link).create(INPUT);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(place.stored().pipelines).toHaveLength(1);
  });

  test.each([
    ["a link to a file that is not there yet", ["real.json"]],
    ["a chain of links", ["second.json", "deeper/third.json", "../real.json"]],
    ["a link through a folder that is not there yet", ["new/real.json"]],
  ])("behind %s is made where it leads, and the link stays", async (_what, targets) => {
    mkdirSync(join(place.folder, "deeper"));
    let link = place.path;
    for (const target of targets) {
      symlinkSync(target, link);
      link = join(link, "..", target);
    }
    await new JsonFilePipelineRepository(place.path).create(INPUT);
    expect(readlinkSync(place.path)).toBe(targets[0]);
    expect(lstatSync(link).isFile()).toBe(true);
    expect(place.stored().pipelines).toHaveLength(1);
  });

  test.each(["pipelines.json", "other.json"])("behind links in a circle (%s) is an error", async (target) => {
    symlinkSync(target, place.path);
    symlinkSync("pipelines.json", join(place.folder, "other.json"));
    const repository = new JsonFilePipelineRepository(place.path);
    expect((await refusal(repository.list(), "storage")).message).toContain("ELOOP");
    await refusal(repository.create(INPUT), "storage");
    expect(readlinkSync(place.path)).toBe(target);
  });

  test.each(["below/a/b/pipelines.json", "/dev/null/pipelines.json", "/proc/none/a/pipelines.json", "."])(
    "that cannot be made (%s) is an error within a second",
    async (path) => {
      writeFileSync(join(place.folder, "below"), "");
      const repository = new JsonFilePipelineRepository(join(path.startsWith("/") ? "" : place.folder, path));
      const start = performance.now();
      await refusal(repository.create(INPUT), "storage");
      expect(performance.now() - start).toBeLessThan(1_000);
      expect(readdirSync(place.folder)).toEqual(["below"]);
    },
    5_000,
  );

  test("whose folder has become a file is an error, and nothing is changed here", async () => {
    const repository = new JsonFilePipelineRepository(place.path);
    await repository.create(INPUT);
    // Not merely write-protected: root, as whom a container runs tests, may write anywhere.
    const away = `${place.folder}.away`;
    renameSync(place.folder, away);
    writeFileSync(place.folder, "");
    await refusal(repository.create(INPUT), "storage");
    rmSync(place.folder);
    renameSync(away, place.folder);
    expect(await repository.list()).toHaveLength(1);
    expect(readdirSync(place.folder)).toEqual(["pipelines.json"]);
  });

  test("needs a path", () => {
    expect(() => new JsonFilePipelineRepository(undefined as unknown as string)).toThrow(/path/);
    expect(() => new JsonFilePipelineRepository("")).toThrow(/path/);
  });
});
