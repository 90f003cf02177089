/** What the deployment shows to the world, and what a real one would refuse of it. */
import { v } from "convex/values";
import { describe, expect, test } from "vitest";
import http from "../../www-example/convex/http";
import schema from "../../www-example/convex/schema";
import { modules } from "./backend";

interface RegisteredFunction {
  isQuery?: true;
  isMutation?: true;
  isAction?: true;
  isHttp?: true;
  isPublic?: true;
  isInternal?: true;
  exportArgs: () => string;
  exportReturns: () => string;
}

/** A validator, as it is pushed. */
type ValidatorJson =
  | { type: "object"; value: Record<string, { fieldType: ValidatorJson }> }
  | { type: "array"; value: ValidatorJson }
  | { type: "union"; value: ValidatorJson[] }
  | { type: "string" };

interface TableJson {
  indexes: { indexDescriptor: string; fields: string[] }[];
  documentType: ValidatorJson;
}

/** Every Convex function of every module, as `module:export`. */
async function functions(): Promise<[string, RegisteredFunction][]> {
  const found: [string, RegisteredFunction][] = [];
  for (const [path, load] of Object.entries(modules)) {
    if (path.includes("/_generated/")) continue;
    const name = path.replace(/^.*\/convex\//, "").replace(/\.ts$/, "");
    for (const [key, value] of Object.entries((await load()) as Record<string, RegisteredFunction>)) {
      const { isQuery, isMutation, isAction, isHttp } = value;
      if (isQuery ?? isMutation ?? isAction ?? isHttp) found.push([`${name}:${key}`, value]);
    }
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Functions that anyone who knows the deployment's URL may call. */
const PUBLIC: string[] = [];

describe("functions", () => {
  test("that are public are exactly those listed here", async () => {
    const open = (await functions()).filter(([, { isPublic, isHttp }]) => isPublic === true && isHttp !== true);
    expect(open.map(([name]) => name)).toEqual(PUBLIC);
  });

  test("bear the names of the operations", async () => {
    expect((await functions()).map(([name]) => name)).toEqual([
      "pipelines:claimRun",
      "pipelines:create",
      "pipelines:delete",
      "pipelines:findByWebhookSecret",
      "pipelines:get",
      "pipelines:getRun",
      "pipelines:list",
      "pipelines:listRuns",
      "pipelines:recordRun",
      "pipelines:renewRun",
      "pipelines:startRun",
      "pipelines:tick",
      "pipelines:update",
      "worker:run",
    ]);
  });

  test("say exactly what they take, and return what this version writes or fields that it does not know", async () => {
    const { json: anyFields } = v.record(v.string(), v.any()) as unknown as { json: object };
    for (const [name, { exportArgs, exportReturns }] of await functions()) {
      expect(JSON.parse(exportArgs()), name).toMatchObject({ type: "object" });
      expect(exportReturns(), name).not.toBe("null");
      expect(exportReturns().replaceAll(JSON.stringify(anyFields), ""), name).not.toContain('"any"');
    }
  });
});

test("every operation is routed with every method, and a prefix stands behind", () => {
  const routes = http.getRoutes().map(([path, method]) => `${method} ${path}`);
  const operations = [
    ...["list", "get", "findByWebhookSecret", "create", "update", "delete", "recordRun"],
    ...["startRun", "claimRun", "renewRun", "listRuns", "getRun"],
  ];
  const methods = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
  const paths = [...operations.map((name) => `/pipelines/${name}`), "/pipelines/*"];
  expect(routes.sort()).toEqual(paths.flatMap((path) => methods.map((method) => `${method} ${path}`)).sort());
});

describe("the schema", () => {
  const tables = Object.entries(schema.tables).map(([name, table]) => {
    const { export: exported } = table as unknown as { export: (this: typeof table) => TableJson };
    return { name, ...exported.call(table) };
  });

  test("has the tables and indexes of the contract", () => {
    expect(tables.map(({ name }) => name)).toEqual(["pipelines", "pipeline_runs", "pipeline_cursors"]);
    const indexes = (table: number) => Object.fromEntries(tables[table]!.indexes.map((index) => [index.indexDescriptor, index.fields]));
    expect(indexes(2)).toEqual({ by_client: ["pipelineId", "clientId", "accountId"], by_gone: ["isGone", "at"] });
    expect(indexes(0)).toEqual({
      by_pipeline_id: ["id"],
      by_name: ["nameKey", "name", "id"],
      by_account_name: ["accountId", "nameKey", "name", "id"],
      by_webhook_secret: ["webhookSecret"],
      by_next_run_at: ["nextRunAt"],
    });
    expect(indexes(1)).toEqual({
      by_run_id: ["runId"],
      by_pipeline_id: ["pipelineId"],
      by_number: ["pipelineId", "number"],
      by_due_at: ["pipelineId", "dueAt"],
      by_queued_at: ["status", "queuedAt"],
      by_account_queued_at: ["accountId", "status", "queuedAt"],
      by_lease: ["status", "leaseUntil"],
      by_completed_at: ["status", "completedAt"],
    });
  });

  // Convex refuses these at deploy time; convex-test lets them pass.
  test("has nothing that a real deployment refuses", () => {
    for (const { name, indexes, documentType } of tables) {
      expect(name).toMatch(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/);
      expect(indexes.length).toBeLessThanOrEqual(32);
      const topFields = documentType.type === "object" ? Object.keys(documentType.value) : [];
      for (const { indexDescriptor, fields } of indexes) {
        expect(indexDescriptor).toMatch(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/);
        expect(["by_id", "by_creation_time"]).not.toContain(indexDescriptor);
        expect(fields.length).toBeLessThanOrEqual(16);
        expect(new Set(fields).size).toBe(fields.length);
        for (const field of fields) {
          expect(["_id", "_creationTime"]).not.toContain(field);
          expect(topFields).toContain(field);
        }
      }
      for (const field of fieldNames(documentType)) expect(field).toMatch(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/);
    }
  });
});

function fieldNames(validator: ValidatorJson): string[] {
  switch (validator.type) {
    case "object":
      return Object.entries(validator.value).flatMap(([name, { fieldType }]) => [name, ...fieldNames(fieldType)]);
    case "array":
      return fieldNames(validator.value);
    case "union":
      return validator.value.flatMap(fieldNames);
    default:
      return [];
  }
}
