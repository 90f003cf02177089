/** Parcel, which reads `exports` only where an app's package.json says so: with that line, and without it. */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Pages, siteOf } from "../support/browser";
import { bundles } from "../support/bundles";
import { ANSWER, IMPORT, ROOT, makeHome, note } from "../support/home";
import { FULL } from "./tools";

/** The line of the README. */
const [, setting] = /"@parcel\/resolver-default": (\{[^}]*\})/.exec(readFileSync(join(ROOT, "README.md"), "utf8"))!;

function parcel(entry: string, folder: string): Promise<string> {
  const output = join(folder, "parcel");
  rmSync(output, { recursive: true, force: true });
  const options = ["--no-cache", "--no-autoinstall", "--no-source-maps", "--dist-dir", output];
  execFileSync(join(FULL, ".bin/parcel"), ["build", entry, ...options], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const [script] = readdirSync(output);
  return Promise.resolve(readFileSync(join(output, script!), "utf8"));
}

bundles({ Parcel: parcel }, { "@parcel/resolver-default": JSON.parse(setting!) as object });

test("Parcel without its setting", async () => {
  const started = performance.now();
  const pages = new Pages();
  afterAll(() => pages.close());
  const home = makeHome("Parcel-without", {
    "package.json": '{ "name": "home" }',
    "entry.js": `${IMPORT}try { globalThis.answer = ${ANSWER}; } catch ({ code, message }) { globalThis.answer = code + ": " + message; }`,
  });
  const answer = await pages.answerOf(siteOf(await parcel(join(home, "entry.js"), home)));
  expect(answer).toMatch(/^config: .* cannot be read; .*"packageExports": true/);
  note("Parcel: without its setting", answer, started);
});
