// One cold start in a realm like Convex's isolate, in a process of its own; run with the flags of tests/convex/isolate.mjs:
// `node … isolate.mjs <bundle> <input>` answers with JSON.
import { readFileSync } from "node:fs";
import vm from "node:vm";
import { createRealm } from "../../convex/realm.mjs";

const [text, input] = process.argv.slice(2).map((file) => readFileSync(file, "utf8"));
const { context, endImport } = createRealm();
const coldStart = vm.runInContext(`${readFileSync(new URL("stages.js", import.meta.url), "utf8")}; coldStart`, context);
const parse = vm.runInContext("JSON.parse", context);

console.log(JSON.stringify(await coldStart(now, evaluate, parse(input))));

async function evaluate() {
  const module = new vm.SourceTextModule(text, { context });
  await module.link(() => {
    throw new Error("the bundle is not whole");
  });
  await module.evaluate();
  endImport();
  return module.namespace.safeParse;
}

/** The processor's time in milliseconds: on a busy machine the clock counts the neighbours too. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
