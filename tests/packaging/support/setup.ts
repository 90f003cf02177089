/** Packs the package once and installs it as a user would, for all homes; shows what they answered when they are done. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { HOMES, INSTALLED, ROOT, ROWS, type Row } from "./home";

declare module "vitest" {
  interface ProvidedContext {
    /** The path of what `npm pack` has made. */
    tarball: string;
  }
}

/** Packs and installs; what it returns runs at the end. */
export default function setup(project: TestProject): () => void {
  rmSync(HOMES, { recursive: true, force: true });
  mkdirSync(INSTALLED, { recursive: true });
  const npm = (cwd: string, ...args: string[]) => execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [packed] = JSON.parse(npm(join(ROOT, "pkg"), "pack", "--json", "--pack-destination", HOMES)) as [{ filename: string }];
  const tarball = join(HOMES, packed.filename);
  project.provide("tarball", tarball);
  writeFileSync(join(INSTALLED, "package.json"), '{ "name": "installed", "private": true }');
  npm(INSTALLED, "install", "--prefer-offline", "--no-audit", "--no-fund", tarball);
  return show;
}

function show(): void {
  if (!existsSync(ROWS)) return;
  const rows = readFileSync(ROWS, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Row);
  rows.sort((one, other) => one.home.localeCompare(other.home));
  const width = Math.max(...rows.map(({ home }) => home.length));
  const lines = rows.map(({ home, seconds, answer }) => `${home.padEnd(width)}  ${`${seconds.toFixed(1)} s`.padStart(7)}  ${answer}`);
  console.log(`\nThe package from npm pack, home by home: what was built, ran and answered\n${lines.join("\n")}`);
}
