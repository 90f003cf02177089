/** oRPC takes the schemas as inputs; its client knows what they read. */
import { createORPCClient, ORPCError } from "@orpc/client";
import { RPCLink } from "@orpc/client/fetch";
import { os, type RouterClient } from "@orpc/server";
import { RPCHandler } from "@orpc/server/fetch";
import { createInputSchema, fromForm } from "convex-pipelines";
import { expect, expectTypeOf, test } from "vitest";

const router = {
  create: os.input(createInputSchema).output(createInputSchema).handler(({ input }) => input),
  submit: os.input(fromForm(createInputSchema)).handler(({ input }) => input),
};
const handler = new RPCHandler(router);
const link = new RPCLink({
  url: "http://localhost/rpc",
  fetch: async (request) => (await handler.handle(request, { prefix: "/rpc" })).response ?? new Response(null, { status: 404 }),
});
const client: RouterClient<typeof router> = createORPCClient(link);

const summarise = <Count>(bulletCount: Count) => ({ name: " x ", steps: [{ id: "a", kind: "summarise" as const, options: { bulletCount } }] });
const DATA = { ...summarise(5), name: "x" };

test("refuses with the issues of the model", async () => {
  const refused = await client.create(summarise(99)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ORPCError);
  expect(refused).toMatchObject({
    code: "BAD_REQUEST",
    data: { issues: [{ code: "range", path: ["steps", 0, "options", "bulletCount"], message: "must be between 1 and 20" }] },
  });
});

test("takes what is right, as values and as a form holds it", async () => {
  const created = await client.create(summarise(5));
  expect(created).toEqual(DATA);
  expectTypeOf(created.name).toBeString();
  expect(await client.submit({ ...summarise("5"), description: "" })).toEqual(DATA);
});

test("does not compile with a slip of the pen", async () => {
  // @ts-expect-error -- "nmae" is no field
  await expect(client.create({ nmae: "x", steps: [] })).rejects.toThrow();
  // @ts-expect-error -- a text is no number
  await expect(client.create(summarise("5"))).rejects.toThrow();
  // @ts-expect-error -- "bulletcount" is no option
  await expect(client.submit({ name: "x", steps: [{ id: "a", kind: "summarise", options: { bulletcount: "5" } }] })).rejects.toThrow();
});
