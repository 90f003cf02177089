// One cold start in this process, which has done nothing else: `node node.mjs <bundle> <input>` answers with JSON.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const [text, input] = process.argv.slice(2).map((file) => readFileSync(file, "utf8"));
const coldStart = vm.runInThisContext(`${readFileSync(new URL("stages.js", import.meta.url), "utf8")}; coldStart`);

console.log(JSON.stringify(await coldStart(now, () => vm.runInThisContext(`${text}; contender.safeParse`), JSON.parse(input))));

/** The processor's time in milliseconds: on a busy machine the clock counts the neighbours too. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
