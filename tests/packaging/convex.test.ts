/** A bundle of Convex's own command line, without a deployment, where Convex runs it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { App, type PushRequest } from "../convex/deployment";
import { INSTALLED, ROOT, note } from "./support/home";

/** A module of the app that uses the package's root entry, as a mutation would. */
const PROBE = `
import { buildRequest, createInputSchema, createPipeline, nextRuns, scheduleSchema, updateInputSchema } from "convex-pipelines";
import { strays } from "../support/hosts.mjs";
import addresses from "../vectors/addresses.json";
import generated from "../vectors/urls.json";
import zones from "../vectors/zones.json";
export default function probe() {
  const step = { id: "a", kind: "summarise", options: { bulletCount: 5 } };
  const refused = createInputSchema.safeParse({ name: "  ", steps: [step], colour: 1 });
  const { id, name, webhookSecret } = createPipeline({ name: " Digest ", steps: [step] });
  return {
    refused: refused.success ? [] : refused.error.issues.map((issue) => issue.code + " " + issue.path.join(".")),
    accepted: createInputSchema.safeParse({ name: " Digest ", steps: [step] }),
    pipeline: { id, name, webhookSecret },
    next: nextRuns({ cron: "0 7 * * 1-5" }, { after: "2026-11-20T08:00:00Z", count: 1 }),
    strays: strays({ addresses, zones, generated }, { buildRequest, scheduleSchema, updateInputSchema }),
  };
}
`;

interface IsolateResult {
  names: Record<string, string[]>;
  probe: {
    refused: string[];
    accepted: { success: true; data: { name: string } };
    pipeline: Created;
    next: string[];
    strays: string[];
  };
  written: unknown[];
  created: Created;
  status: number;
}

interface Created {
  id: string;
  name: string;
  webhookSecret: string;
}

describe("the bundle of the real bundler", () => {
  let app: App;
  let push: PushRequest;
  beforeAll(() => {
    app = new App(join(INSTALLED, "node_modules/convex-pipelines"));
    app.write("convex/probe.ts", PROBE);
    app.bring("support", "vectors");
    push = app.push();
  });
  afterAll(() => {
    app.remove();
  });

  test("runs in the default runtime, whole, but for the worker, which runs in Node", () => {
    const { schema, changedModules } = push.appDefinition;
    expect(schema.environment).not.toBe("node");
    const paths = (isNode: boolean) => {
      const there = changedModules.filter(({ environment }) => (environment === "node") === isNode);
      return there.map(({ path }) => path).filter((path) => !path.startsWith("_deps/"));
    };
    expect(paths(false).sort()).toEqual(["crons.js", "http.js", "pipelines.js", "probe.js"]);
    expect(paths(true)).toEqual(["worker.js"]);
    // The module that leaves out what Convex never calls, in both runtimes, and not the other one.
    const partsOf = (name: string) => {
      const script = readFileSync(join(INSTALLED, "node_modules/convex-pipelines/dist", name), "utf8");
      return [...script.matchAll(/"([^"]{50000,})"/g)].map(([, text]) => text!);
    };
    const [small, whole] = [partsOf("module.convex.js"), partsOf("module.embedded.js")];
    expect([small.length, whole.length]).toEqual([2, 3]);
    expect(changedModules.some(({ source }) => small.every((text) => source.includes(text)))).toBe(true);
    expect(changedModules.some(({ source }) => whole.some((text) => source.includes(text)))).toBe(false);
    for (const { path, source } of changedModules.filter(({ environment }) => environment !== "node")) {
      // Everything is inside: Convex has no packages, no files and no network at import.
      const specifiers = [...source.matchAll(/^\s*(?:import|export)\b[^;]*?from\s*"([^"]+)"/gm)].map(([, from]) => from);
      for (const specifier of specifiers) expect(specifier, path).toMatch(/^\.\.?\//);
    }
  });

  test("loads and works under Convex's V8 flags with only the globals that Convex has", () => {
    const started = performance.now();
    const output = execFileSync(
      process.execPath,
      [
        "--no-wasm-async-compilation",
        "--disallow-code-generation-from-strings",
        "--experimental-vm-modules",
        "--no-warnings",
        join(ROOT, "tests/convex/isolate.mjs"),
        join(app.folder, "push.json"),
      ],
      { encoding: "utf8" },
    );
    const { names, probe, written, created, status } = JSON.parse(output) as IsolateResult;
    expect(names["pipelines.js"]).toEqual([
      "claimRun",
      "create",
      "delete",
      "findByWebhookSecret",
      "get",
      "getRun",
      "list",
      "listRuns",
      "recordRun",
      "renewRun",
      "startRun",
      "tick",
      "update",
    ]);
    expect(names["http.js"]).toEqual(["default"]);
    expect(probe.refused).toEqual(["empty name", "unknown_field colour"]);
    expect(probe.accepted).toEqual({
      success: true,
      data: { name: "Digest", steps: [{ id: "a", kind: "summarise", options: { bulletCount: 5 } }] },
    });
    expect(probe.pipeline.name).toBe("Digest");
    expect(probe.pipeline.id).not.toBe(probe.pipeline.webhookSecret);
    expect(probe.next).toEqual(["2026-11-23T07:00:00.000Z"]);
    expect(probe.strays).toEqual([]);
    const { id, name } = created;
    expect(written).toMatchObject([{ op: "1.0/insert", table: "pipelines", value: { id, name, nameKey: "digest" } }]);
    expect(JSON.stringify(written)).not.toContain(created.webhookSecret);
    expect(status).toBe(503);
    note("Convex: its bundler and its isolate", [probe.accepted.data.name, ...probe.next, ...probe.refused].join(", "), started);
  });
});
