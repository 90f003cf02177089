/** The tarball itself. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { expect, inject, test } from "vitest";
import { INSTALLED, TOOLS, note } from "./support/home";

const PACKAGE = join(INSTALLED, "node_modules/convex-pipelines");

test("holds what is needed, and nothing else", () => {
  const files = readdirSync(PACKAGE, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const strange = files.filter(({ name }) => !/\.(js|d\.ts|wasm|json|md)$|^LICENSE/.test(name)).map(({ name }) => name);
  expect(strange).toEqual([]);
  expect(files.map(({ name }) => name).filter((name) => /test|\.map$|tsconfig/.test(name))).toEqual([]);
  for (const { name, parentPath } of files.filter((entry) => entry.name.endsWith(".js"))) {
    expect(readFileSync(join(parentPath, name), "utf8")).not.toContain("sourceMappingURL");
  }
});

test("has the module once as a file and once as text, the one for Convex as text, and none again for CommonJS", () => {
  const files = readdirSync(PACKAGE, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const large = files.filter(({ name, parentPath }) => name.endsWith(".wasm") || readFileSync(join(parentPath, name), "utf8").includes("[0,97,115,109,1,0,0,0,1,"));
  expect(large.map(({ name }) => name).sort()).toEqual(["core_bg.wasm", "module.convex.js", "module.embedded.js"]);
});

test("links only to what is in it or has an address, and brings the notices of what is inside the module", () => {
  const read = (name: string) => readFileSync(join(PACKAGE, name), "utf8");
  for (const name of ["README.md", "CHANGELOG.md"]) {
    const links = [...read(name).matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link!).filter((link) => !link.includes("://"));
    expect(links.filter((link) => !existsSync(join(PACKAGE, link)))).toEqual([]);
  }
  const crates = [...read("THIRD-PARTY-NOTICES.md").matchAll(/^## ([\w-]+) /gm)].map(([, name]) => name);
  expect(crates).toEqual(expect.arrayContaining(["chrono", "sha2", "talc", "wasm-bindgen"]));
});

test("is what publint asks for", async () => {
  const started = performance.now();
  const { messages, pkg } = await publint({ pkgDir: PACKAGE, strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  note("tarball: publint", "nothing to say", started);
});

// TypeScript's oldest resolution knows no `exports`: `main` and `types` give it the root entry, the others it cannot find.
test.each([
  ["the root entry, wherever types are resolved", "strict", ["."]],
  ["all entries, but for node10", "node16", [".", "slim", "node", "convex", "react", "slim/react"]],
])("attw finds the types of %s", (what, profile, entrypoints) => {
  const started = performance.now();
  execFileSync(join(TOOLS.tests, ".bin/attw"), [inject("tarball"), "--profile", profile, "--entrypoints", ...entrypoints], { stdio: ["ignore", "pipe", "pipe"] });
  note(`tarball: attw, ${profile}`, what, started);
});

test("npm would publish it, and has nothing to say but that nobody is logged in", () => {
  const started = performance.now();
  const { status, stderr } = spawnSync("npm", ["publish", "--dry-run", inject("tarball")], { cwd: INSTALLED, encoding: "utf8" });
  const said = stderr.split("\n").filter((line) => /^npm (warn|error)/.test(line) && !line.includes("logged in"));
  expect({ status, said }).toEqual({ status: 0, said: [] });
  note("tarball: npm publish --dry-run", "clean", started);
});
