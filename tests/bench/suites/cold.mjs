// From a bundle's text to its first result, in realms that have done nothing else.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agree } from "../agree.mjs";
import { contender } from "../bundles.mjs";
import { REALMS } from "../cold/realms.mjs";
import { VALIDATORS } from "../contenders/validators.mjs";
import { valid } from "../inputs.mjs";
import { median, ROUNDS } from "../rounds.mjs";

/** Each start is a process or a page: there are as many rounds as fit, but no fewer than a median needs. */
const REALM_MS = 15_000;
const FEWEST_ROUNDS = Math.min(ROUNDS, 3);
/** Without a zone: the first one costs everybody alike what `Intl` reads at its start, several times all the rest. */
const value = { ...valid(3), schedule: { cron: "0 7 * * 1-5" } };

export async function run(report) {
  const folder = mkdtempSync(join(tmpdir(), "convex-pipelines-bench-"));
  try {
    const realms = [];
    for (const [name, realm] of Object.entries(REALMS)) realms.push([name, await measured(realm, folder)]);
    report.comparison("From source text to first result", "milliseconds", realms.map(([name, stages]) => [name, mapped(stages, ({ total }) => total)]));
    for (const [name, contenders] of realms) {
      const stages = Object.keys(Object.values(contenders)[0]);
      const rows = Object.entries(contenders).map(([contender, times]) => [contender, ...stages.map((stage) => median(times[stage]))]);
      report.figures(`${name}: milliseconds, median`, ["", ...stages], rows);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For each contender and stage, milliseconds in each round. */
async function measured({ options, open }, folder) {
  const contenders = [];
  for (const [name, { file }] of Object.entries(VALIDATORS)) contenders.push({ name, text: (await contender(file, options)).text, starts: [] });
  const realm = await open(folder);
  try {
    const end = performance.now() + REALM_MS;
    for (let round = 0; round < ROUNDS && (round < FEWEST_ROUNDS || performance.now() < end); round += 1) {
      for (const { text, starts } of contenders) starts.push(await realm.measure(text, value));
    }
  } finally {
    await realm.close();
  }
  agree("a valid input", Object.fromEntries(contenders.map(({ name, starts }) => [name, starts.every(({ success }) => success)])));
  return Object.fromEntries(contenders.map(({ name, starts }) => [name, mapped(starts[0].stages, (_, stage) => starts.map(({ stages }) => stages[stage]))]));
}

function mapped(record, make) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value, name)]));
}
