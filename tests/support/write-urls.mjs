// Writes `vectors/urls.json` anew, after a change of the rule or of the grammar; the other hosts then say whether they
// agree. `node tests/support/write-urls.mjs [seed] [count]`: more URLs than are committed find more.
import { writeFileSync } from "node:fs";
import { buildRequest, updateInputSchema } from "convex-pipelines";
import { answers } from "./hosts.mjs";

const [seed = 1, count = 10_000] = process.argv.slice(2).map(Number);
const rows = answers({ seed, count }, { updateInputSchema, buildRequest });
writeFileSync(new URL("../vectors/urls.json", import.meta.url), `${JSON.stringify({ seed, count, ...rows }, null, 1)}\n`);
