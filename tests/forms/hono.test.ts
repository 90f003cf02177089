/** Hono takes the schemas for JSON, and `fromForm` for the fields of a form. */
import { sValidator } from "@hono/standard-validator";
import { createInputSchema, fromForm } from "convex-pipelines";
import { Hono } from "hono";
import { hc } from "hono/client";
import { expect, expectTypeOf, test } from "vitest";

const app = new Hono()
  .post("/json", sValidator("json", createInputSchema), (c) => c.json(c.req.valid("json")))
  .post("/form", sValidator("form", fromForm(createInputSchema)), (c) => c.json(c.req.valid("form")));
const client = hc<typeof app>("http://localhost", { fetch: (input: RequestInfo | URL, init?: RequestInit) => app.request(input, init) });

const summarise = (bulletCount: number) => ({ name: " x ", steps: [{ id: "a", kind: "summarise" as const, options: { bulletCount } }] });
const DATA = { ...summarise(5), name: "x" };
const ISSUE = { path: ["steps", 0, "options", "bulletCount"], message: "must be between 1 and 20" };

test("refuses with the issues of the model", async () => {
  const refused = await client.json.$post({ json: summarise(99) });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ success: false, error: [ISSUE] });
});

test("takes what is right", async () => {
  const created = await client.json.$post({ json: summarise(5) });
  expect(created.status).toBe(200);
  const data = await created.json();
  expect(data).toEqual(DATA);
  if ("steps" in data) expectTypeOf(data.name).toBeString();
});

test("reads the fields of a form", async () => {
  const post = async (bulletCount: string) => {
    const body = new FormData();
    const fields = { name: " x ", description: "", "steps[0].id": "a", "steps[0].kind": "summarise", "steps[0].options.bulletCount": bulletCount };
    for (const [name, text] of Object.entries(fields)) body.append(name, text);
    return app.request("/form", { method: "POST", body });
  };
  const refused = await post("99");
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: [ISSUE] });
  expect(await (await post("5")).json()).toEqual(DATA);
});

test("does not compile with a slip of the pen", async () => {
  // @ts-expect-error -- "nmae" is no field
  expect((await client.json.$post({ json: { nmae: "x", steps: [] } })).status).toBe(400);
  // @ts-expect-error -- "bulletcount" is no option
  expect((await client.json.$post({ json: { name: "x", steps: [{ id: "a", kind: "summarise", options: { bulletcount: 5 } }] } })).status).toBe(400);
});
