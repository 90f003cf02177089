/** tRPC takes the schemas as inputs; its client knows what they read. */
import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client";
import { initTRPC } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createInputSchema, fromForm } from "convex-pipelines";
import { expect, expectTypeOf, test } from "vitest";

const t = initTRPC.create({
  errorFormatter: ({ shape, error }) => ({ ...shape, data: { ...shape.data, issues: (error.cause as { issues?: unknown } | undefined)?.issues } }),
});
const router = t.router({
  create: t.procedure.input(createInputSchema).mutation(({ input }) => input),
  submit: t.procedure.input(fromForm(createInputSchema)).mutation(({ input }) => input),
});
const client = createTRPCClient<typeof router>({
  links: [
    httpBatchLink({
      url: "http://localhost/trpc",
      fetch: (url, init) => fetchRequestHandler({ endpoint: "/trpc", req: new Request(url, init as RequestInit), router }),
    }),
  ],
});

const summarise = <Count>(bulletCount: Count) => ({ name: " x ", steps: [{ id: "a", kind: "summarise" as const, options: { bulletCount } }] });
const DATA = { ...summarise(5), name: "x" };

test("refuses with the issues of the model", async () => {
  const refused = await client.create.mutate(summarise(99)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(TRPCClientError);
  expect(refused).toMatchObject({
    data: { code: "BAD_REQUEST", issues: [{ code: "range", path: ["steps", 0, "options", "bulletCount"], message: "must be between 1 and 20" }] },
  });
});

test("takes what is right, as values and as a form holds it", async () => {
  const created = await client.create.mutate(summarise(5));
  expect(created).toEqual(DATA);
  expectTypeOf(created.name).toBeString();
  expect(await client.submit.mutate({ ...summarise("5"), description: "" })).toEqual(DATA);
});

test("does not compile with a slip of the pen", async () => {
  // @ts-expect-error -- "nmae" is no field
  await expect(client.create.mutate({ nmae: "x", steps: [] })).rejects.toThrow();
  // @ts-expect-error -- a text is no number
  await expect(client.create.mutate(summarise("5"))).rejects.toThrow();
  // @ts-expect-error -- "bulletcount" is no option
  await expect(client.submit.mutate({ name: "x", steps: [{ id: "a", kind: "summarise", options: { bulletcount: "5" } }] })).rejects.toThrow();
});
