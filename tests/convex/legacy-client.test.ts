/** A client written against an older server: other paths first, and `{ result }` or a bare value. */
import type { OperationResult } from "convex-pipelines";
import { beforeEach, expect, test } from "vitest";
import { INPUT, TOKEN, UUID, backend, quiet, type Backend } from "./backend";

beforeEach(quiet);

class LegacyClient {
  readonly tried: string[] = [];
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async call<Name extends keyof OperationResult>(operation: Name, args: unknown): Promise<OperationResult[Name]> {
    for (const path of [`/api/pipelines/${operation}`, `/pipelines/${operation}`]) {
      this.tried.push(path);
      const response = await this.#backend.fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${TOKEN}` },
        body: JSON.stringify(args),
      });
      if (response.status === 404) continue;
      if (!response.ok) throw new Error(`Convex request failed: ${response.status}`);
      const payload = (await response.json()) as OperationResult[Name] | { result: OperationResult[Name] };
      return payload !== null && typeof payload === "object" && "result" in payload ? payload.result : payload;
    }
    throw new Error(`No Convex route for ${operation}`);
  }
}

test("works through all seven operations", async () => {
  const client = new LegacyClient(backend());
  expect(await client.call("list", {})).toEqual([]);
  expect(client.tried).toEqual(["/api/pipelines/list", "/pipelines/list"]);

  const created = await client.call("create", { input: INPUT });
  expect(created.webhookSecret).toMatch(UUID);
  const { id } = created;
  expect((await client.call("get", { id }))?.name).toBe("Morning digest");
  expect((await client.call("findByWebhookSecret", { secret: created.webhookSecret }))?.id).toBe(id);
  expect((await client.call("update", { id, input: { name: "Evening" } })).name).toBe("Evening");
  expect((await client.call("recordRun", { id, completedAt: new Date(0).toISOString() }))?.lastRunAt).toBe("1970-01-01T00:00:00.000Z");
  expect((await client.call("list", {})).map((item) => item.id)).toEqual([id]);
  expect(await client.call("delete", { id })).toBe(true);
  expect(await client.call("get", { id })).toBeNull();
});
