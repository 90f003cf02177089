// What users download: the module, and what bundles of parts of the package weigh.
import { readFileSync } from "node:fs";
import { bundle, contender, kilobytes } from "../bundles.mjs";
import { VALIDATORS } from "../contenders/validators.mjs";
import { OURS } from "../report.mjs";

const PACKAGE = "../../pkg/dist/index.js";
/** Each part of the package, and whether it cannot do without the module. */
const PARTS = [
  ["everything", `export * from "${PACKAGE}";`, true],
  ["nextRuns alone", `import { nextRuns } from "${PACKAGE}"; globalThis.nextRuns = nextRuns;`, true],
  ["PipelineError alone", `import { PipelineError } from "${PACKAGE}"; globalThis.PipelineError = PipelineError;`, false],
];

export async function run(report) {
  const rows = [["core_bg.wasm", ...kilobytes(readFileSync(new URL("../../../pkg/wasm/core_bg.wasm", import.meta.url)))]];
  for (const [name, source, needsModule] of PARTS) {
    const { text, holdsModule } = await bundle(source, { format: "esm" });
    if (holdsModule !== needsModule) throw new Error(`a bundle of ${name} ${holdsModule ? "brings" : "lacks"} the WebAssembly module`);
    rows.push([`bundle: ${name}`, ...kilobytes(text)]);
  }
  for (const [name, { file }] of Object.entries(VALIDATORS)) {
    const { text } = await contender(file, { format: "esm" });
    rows.push([`bundle: reading a create input, ${name === OURS ? `the ${OURS}` : name}`, ...kilobytes(text)]);
  }
  report.figures("Sizes in kB (1,000 bytes)", ["", "raw", "gzip -9", "brotli -q 11"], rows);
}
