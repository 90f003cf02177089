// What the tests of the JSON file share.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

/** A folder of the running test's own, and a file in it that is not there yet. */
export interface Place {
  folder: string;
  path: string;
  /** The file's text. */
  text(): string;
  /** The file's content. */
  stored(): { pipelines: Record<string, unknown>[] } & Record<string, unknown>;
}

/** Makes a folder before each test and removes it afterwards. */
export function freshPlace(): Place {
  const place: Place = {
    folder: "",
    path: "",
    text: () => readFileSync(place.path, "utf8"),
    stored: () => JSON.parse(place.text().replace(/^\ufeff/, "")) as never,
  };
  beforeEach(() => {
    place.folder = mkdtempSync(join(tmpdir(), "pipelines-"));
    place.path = join(place.folder, "pipelines.json");
  });
  afterEach(() => {
    rmSync(place.folder, { recursive: true });
  });
  return place;
}

export interface Script extends ChildProcess {
  /** The whole lines that it has printed. */
  readonly lines: string[];
  /** Its exit code; `null` where it was killed. */
  readonly ended: Promise<number | null>;
}

/** Runs an ECMAScript module in a process of its own, where `Repository` makes repositories of the file. */
export function run(path: string, body: string): Script {
  const head = `
    import { JsonFilePipelineRepository } from "convex-pipelines/node";
    const Repository = (options) => new JsonFilePipelineRepository(${JSON.stringify(path)}, options);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", head + body], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return Object.assign(child, { ended, lines });
}

export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
