import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { createPipeline, type Pipeline } from "convex-pipelines";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { describe, expect, test } from "vitest";
import { freshPlace } from "./json-file";
import { INPUT, refusal } from "./suite";

const place = freshPlace();

/** The pipeline as text, with further fields behind its own. */
const withFields = (pipeline: Pipeline, fields: string): string =>
  `${JSON.stringify(pipeline, null, 2).slice(0, -2).replaceAll("\n", "\n    ")},\n      ${fields}\n    }`;

const open = (text: string | Buffer): JsonFilePipelineRepository => {
  writeFileSync(place.path, text);
  return new JsonFilePipelineRepository(place.path);
};

describe("what nobody changes keeps its bytes", () => {
  const NUMBERS = ["12345678901234567891", "1e400", "1.0", "-0", "1E5", "-1.5e-400", "0.10"].join(", ");

  test("numbers that no double holds, through changes of their row and of others", async () => {
    const [first, second] = [createPipeline(INPUT), createPipeline(INPUT)];
    const text = `{ "top": [${NUMBERS}],\n  "pipelines": [\n    ${withFields(first, `"mine": [${NUMBERS}]`)},\n    ${JSON.stringify(second)}\n  ]\n}`;
    const repository = open(text);
    await repository.update(second.id, { name: "other" });
    await repository.recordRun(first.id, "2026-01-01T00:00:00Z");
    await repository.update(first.id, { name: "renamed", steps: [...INPUT.steps].reverse() });
    expect(await repository.get(first.id)).toMatchObject({ name: "renamed" });
    expect(place.text()).toContain(`"mine": [${NUMBERS}]`);
    expect(place.text()).toContain(`"top": [${NUMBERS}]`);
  });

  test("all of the file but the value that a change is about", async () => {
    const pipeline = createPipeline(INPUT);
    const text = [
      "\ufeff\r\n{",
      '\t"$schema" :  "v0",',
      '\t"pipelines": [',
      "",
      `\t\t${withFields(pipeline, '"mine" : { "b":1,"a" : [ ] },\n      "f\\u00fcr": "\\u00fc"').replaceAll("\n", "\r\n").replaceAll("  ", "\t")},`,
      "",
      `\t\t${JSON.stringify({ ...createPipeline(INPUT), name: "second" })}`,
      "\t] ,",
      '\t"note": { "z": 1, "a": 2 }}',
      "",
    ].join("\r\n");
    const repository = open(text);
    const { updatedAt } = await repository.update(pipeline.id, { name: "renamed" });
    const { secretLastFour, webhookSecret, nextRunAt, nameKey } = place.stored().pipelines[0] as Record<string, string>;
    const expected = text
      .replace('"Morning news"', '"renamed"')
      .replace(`"updatedAt": "${pipeline.updatedAt}"`, `"updatedAt": "${updatedAt}"`)
      .replace(pipeline.webhookSecret!, webhookSecret!);
    const fields = Object.entries({ secretLastFour, nextRunAt, nameKey });
    const added = fields.map(([name, value]) => `,\r\n\t\t\t"${name}": "${value!}"`).join("");
    expect(place.text().replace(added, "")).toBe(expected);
    expect(place.text()).toContain(added);
  });

  test("what a deletion leaves, and the manner of rows for a new one", async () => {
    const rows = ["a", "b", "c"].map((name) => ({ ...createPipeline(INPUT), name }));
    const flat = rows.map((row) => JSON.stringify(row));
    const repository = open(`{\n    "pipelines": [\n${flat.join(",\n\n")}\n    ]}`);
    await repository.delete(rows[1]!.id);
    expect(place.text()).toBe(`{\n    "pipelines": [\n${flat[0]!},\n\n${flat[2]!}\n    ]}`);
    await repository.delete(rows[2]!.id);
    expect(place.text()).toBe(`{\n    "pipelines": [\n${flat[0]!}\n    ]}`);
    await repository.create({ ...INPUT, name: "d" });
    expect(place.text()).toBe(`{\n    "pipelines": [\n${flat[0]!},\n${JSON.stringify(place.stored().pipelines[1])}\n    ]}`);
    await repository.delete(rows[0]!.id);
    await repository.delete((await repository.list())[0]!.id);
    expect(place.text()).toBe('{\n    "pipelines": []}');
  });

  test.each([
    ["{}", "\n"],
    ['{\r\n    "note": 1\r\n}', "\r\n"],
    ['{"pipelines":null}', "\n"],
    ["\ufeff{}", "\n"],
  ])("the manner of a file without rows (%j)", async (text, newline) => {
    const repository = open(text);
    await repository.create(INPUT);
    expect(place.text().startsWith("\ufeff")).toBe(text.startsWith("\ufeff"));
    expect(place.text().replaceAll(newline, "")).not.toMatch(/[\r\n]/);
    expect(place.stored()).toMatchObject({ pipelines: [{ name: "Morning news" }] });
  });

  test("any JSON beside the pipelines and in them", async () => {
    const unknown = fc.json({ maxDepth: 3 });
    const indents = fc.constantFrom("", " ", "\t", "    ");
    const property = fc.asyncProperty(unknown, unknown, indents, indents, async (mine, top, around, between) => {
      const [first, second] = [createPipeline(INPUT), createPipeline(INPUT)];
      const spread = (value: string): string => JSON.stringify(JSON.parse(value), null, between);
      const text = `{"top":${spread(top)},"pipelines":[${JSON.stringify({ ...first, mine: 0 }, null, around).replace(
        /"mine":(\s*)0/,
        (_all, blank: string) => `"mine":${blank}${spread(mine)}`,
      )},${JSON.stringify(second, null, between)}]}`;
      const repository = open(text);
      await repository.update(first.id, { description: "new" });
      await repository.delete(second.id);
      expect(place.text()).toContain(`"top":${spread(top)},"pipelines":[`);
      expect(place.text()).toContain(spread(mine));
      expect(place.stored()).toMatchObject({ pipelines: [{ ...first, webhookSecret: expect.any(String) as string, updatedAt: expect.any(String) as string, description: "new" }] });
      expect(JSON.stringify(place.stored().pipelines[0]!["mine"])).toBe(JSON.stringify(JSON.parse(mine)));
    });
    await fc.assert(property, { numRuns: Number(process.env["FILE_CASES"] ?? 50) });
  });
});

describe("a key that is there twice is damage, and the file stays as it is", () => {
  const ID = "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
  test.each([
    ['{ "pipelines": [], "note": 1, "pipelines": [] }', "pipelines"],
    ['{ "note": 1, "note": 2 }', "note"],
    [`{ "pipelines": [{ "id": "${ID}" }, { "id": "${ID}", "name": "a", "n\\u0061me": "b" }] }`, "pipelines[1].name"],
    [`{ "pipelines": [{ "id": "${ID}", "steps": [{ "options": { "a b": 1, "a b": 1 } }] }] }`, 'pipelines[0].steps[0].options["a b"]'],
    ['{ "deep": [[{}, { "x": [1, 2, { "__proto__": 1, "__proto__": 2 }] }]] }', "deep[0][1].x[2].__proto__"],
  ])("%s", async (text, where) => {
    const repository = open(text);
    for (const attempt of [repository.list(), repository.create(INPUT), repository.delete(ID)]) {
      const { message } = await refusal(attempt, "storage");
      expect(message).toContain(`${place.path} is damaged and was left as it is: it has the key ${where} twice`);
    }
    expect(place.text()).toBe(text);
  });

  test("but not where the same key stands in two objects", async () => {
    const text = '{ "a": { "x": 1 }, "b": [{ "x": "\\"x\\": 1, \\\\" }, { "x": [] }], "x": {} }';
    expect(await open(text).list()).toEqual([]);
  });
});

describe("one row that cannot be read", () => {
  const deep = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const good = { ...createPipeline(INPUT), name: "good" };
  const folded = JSON.stringify({ ...good, id: good.id.toUpperCase(), name: "double" });
  test.each([
    ["null", ["pipelines[1]"]],
    ["7", ["pipelines[1]"]],
    ['"text"', ["pipelines[1]"]],
    ["[]", ["pipelines[1]"]],
    ['{ "name": "x" }', ["pipelines[1].id is required", "pipelines[1].createdAt is required"]],
    [JSON.stringify({ ...createPipeline(INPUT), name: 7 }), ["pipelines[1].name must be a string"]],
    [JSON.stringify({ ...createPipeline(INPUT), updatedAt: "noon" }), ["pipelines[1].updatedAt must be a timestamp"]],
    [folded, ["pipelines[1].id is already the id of item 1"]],
    [`{ "deep": ${deep(50_000)} }`, ["pipelines[1]"]],
    [JSON.stringify(createPipeline(INPUT)).replace("{", '{ "half": "\\ud800",'), ["pipelines[1].half holds half"]],
  ])("is set aside and named, and the others work: %.60s", async (row, names) => {
    const text = `{ "pipelines": [\n  ${JSON.stringify(good)},\n  ${row}\n] }`;
    const repository = open(text);
    expect((await repository.list()).map(({ name }) => name)).toEqual(["good"]);
    expect(repository.status.damaged).toEqual(["pipelines[1]"]);
    const said = repository.status.issues.map(({ path, message }) => {
      const [list, index, ...fields] = path;
      return [`${String(list)}[${String(index)}]${fields.map((field) => `.${String(field)}`).join("")}`, message].join(" ");
    });
    for (const name of names) expect(said.some((one) => one.startsWith(name)), said.join()).toBe(true);
    expect(new Set(said).size).toBe(said.length);

    await repository.update(good.id, { name: "better" });
    await repository.create(INPUT);
    expect(place.text()).toContain(`,\n  ${row},\n`);
    await repository.delete(good.id);
    expect(place.text().startsWith(`{ "pipelines": [\n  ${row},\n`)).toBe(true);
    // Without the first of two there is one with that id.
    expect(await repository.list()).toHaveLength(row === folded ? 2 : 1);
    expect(repository.status.damaged).toEqual(row === folded ? [] : ["pipelines[0]"]);
  });

  test("keeps its id: nothing takes its place", async () => {
    const bad = { ...createPipeline(INPUT), name: 7 };
    const row = JSON.stringify({ ...bad, id: bad.id.toUpperCase() });
    const repository = open(`{"pipelines":[${row}]}`);
    await refusal(repository.create(INPUT, { id: bad.id }), "conflict");
    await refusal(repository.update(bad.id, {}), "not_found");
    await repository.delete(bad.id);
    expect(place.text()).toBe(`{"pipelines":[${row}]}`);
  });

  test("does not stand in the way of a later one with its id", async () => {
    const pipeline = createPipeline(INPUT);
    const bad = JSON.stringify({ ...pipeline, name: 7 });
    const repository = open(`{"pipelines":[${bad},${JSON.stringify(pipeline)}]}`);
    await repository.update(pipeline.id, { name: "renamed" });
    expect(place.text()).toContain(`{"pipelines":[${bad},`);
    expect(place.stored().pipelines[1]).toMatchObject({ name: "renamed" });
  });

  test("is read once somebody has corrected it", async () => {
    const repository = open('{ "pipelines": [7] }');
    await repository.list();
    const { status } = repository;
    await repository.list();
    expect(repository.status).toBe(status);
    writeFileSync(place.path, "{}");
    await repository.list();
    expect(repository.status).toEqual({ damaged: [], issues: [] });
  });
});

test("an id in capital letters is one id", async () => {
  const pipeline = createPipeline(INPUT);
  const capital = pipeline.id.toUpperCase();
  const repository = open(JSON.stringify({ pipelines: [{ ...pipeline, id: capital }] }));
  expect(await repository.get(pipeline.id)).toMatchObject({ id: pipeline.id });
  await repository.update(capital, { name: "renamed" });
  expect(place.stored().pipelines).toHaveLength(1);
  expect(await repository.get(capital)).toMatchObject({ name: "renamed" });
  await repository.delete(capital);
  expect(place.stored().pipelines).toEqual([]);
});

test("a key nested deeper than a stack reaches is written whole", async () => {
  const deep = `${'{"a":['.repeat(50_000)}${"]}".repeat(50_000)}`;
  const repository = open(`{ "pipelines": [], "deep": ${deep} }`);
  expect(await repository.list()).toEqual([]);
  const { id } = await repository.create(INPUT);
  expect(readFileSync(place.path, "utf8")).toContain(`"deep": ${deep} }`);
  expect(await repository.get(id)).not.toBeNull();
});
