// Pipelines in a real Chromium's IndexedDB, each write strict and waited for: the package beside idb and Dexie, which are
// given the finished document and check nothing.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright";
import { OURS } from "../report.mjs";

const WRITES = 100;
const STORED = 10_000;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);

export async function run(report) {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * as pkg from "convex-pipelines"; export { openDB } from "idb"; export { Dexie } from "dexie";
        export { packed } from "../../node_modules/convex-pipelines/dist/core.js";`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "libraries",
  });
  const page = `<!doctype html><script>${outputFiles[0].text.replaceAll("</script", "<\\/script")}</script>`;
  const server = createServer((_request, response) => response.setHeader("Content-Type", "text/html").end(page));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const folder = mkdtempSync(join(tmpdir(), "convex-pipelines-bench-"));
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  try {
    const tab = await context.newPage();
    await tab.goto(`http://127.0.0.1:${server.address().port}`);
    const rounds = await tab.evaluate(measure, { writes: WRITES, stored: STORED, rounds: ROUNDS, ours: OURS });
    const writes = [
      [`each of ${WRITES}, durable before the next`, rounds.write],
      [`each of ${WRITES}, asked for at once`, rounds.together],
    ];
    report.comparison("A pipeline created", "milliseconds", writes);
    report.comparison(`${STORED.toLocaleString("en")} pipelines opened and listed`, "milliseconds", [["all", rounds.open]]);
    const perSecond = Object.entries(rounds.write).map(([name, times]) => [name, 1_000 / median(times)]);
    report.figures("Durable writes per second, median", ["", "writes"], perSecond);
  } finally {
    await context.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** In the page: all contenders in turn, round after round. */
async function measure({ writes, stored, rounds, ours }) {
  const { pkg, openDB, Dexie, packed } = globalThis.libraries;
  const input = (name) => ({
    name,
    schedule: { cron: "0 7 * * 1-5", timezone: "Europe/Berlin" },
    steps: Array.from({ length: 5 }, (_each, at) => ({ id: `s${at}`, kind: "summarise", options: { bulletCount: 5 } })),
  });
  const document = (name) => ({ ...pkg.createPipeline(input(name), { now: Date.now() }) });
  const strict = { durability: "strict" };
  const openIdb = (name) => openDB(name, 1, { upgrade: (database) => database.createObjectStore("rows", { keyPath: "id" }) });
  const openDexie = (name) => {
    const database = new Dexie(name, { chromeTransactionDurability: "strict" });
    database.version(1).stores({ rows: "id" });
    return database;
  };
  const contenders = {
    [ours]: {
      open: (name) => pkg.IndexedDbPipelineRepository.open({ name }),
      write: (repository, name) => repository.create(input(name)),
      list: (repository) => repository.list(),
      close: (repository) => repository.close(),
    },
    idb: {
      open: openIdb,
      write: async (database, name) => {
        const transaction = database.transaction("rows", "readwrite", strict);
        await Promise.all([transaction.store.put(document(name)), transaction.done]);
      },
      list: async (database) => (await database.getAll("rows")).sort((a, b) => a.name.localeCompare(b.name)),
      close: (database) => database.close(),
    },
    Dexie: {
      open: openDexie,
      write: (database, name) => database.rows.put(document(name)),
      list: async (database) => (await database.rows.toArray()).sort((a, b) => a.name.localeCompare(b.name)),
      close: (database) => database.close(),
    },
  };
  const times = { write: {}, together: {}, open: {} };
  const full = Array.from({ length: stored }, (_each, at) => document(`pipeline ${String((at * 7919) % stored)}`));
  for (const [name, { open, close }] of Object.entries(contenders)) {
    times.write[name] = [];
    times.together[name] = [];
    times.open[name] = [];
    if (name === ours) {
      // As the package keeps them, written in one go.
      const repository = await open(`full ${name}`);
      await repository.create(input("first"));
      await close(repository);
      const database = await openDB(`full ${name}`);
      const [row] = await database.getAll("rows");
      const transaction = database.transaction("rows", "readwrite");
      for (const { webhookSecret: _, ...pipeline } of full) {
        const document = packed((packer) => packer.add({ ...pipeline, nameKey: pipeline.name }));
        void transaction.store.put({ ...row, id: pipeline.id, document }, ["", pipeline.id]);
      }
      await transaction.done;
      database.close();
    } else {
      const database = await open(`full ${name}`);
      if (name === "Dexie") await database.rows.bulkPut(full);
      else {
        const transaction = database.transaction("rows", "readwrite");
        for (const each of full) void transaction.store.put(each);
        await transaction.done;
      }
      await close(database);
    }
  }
  const all = Object.entries(contenders);
  for (let round = -1; round < rounds; round += 1) {
    // Nobody always comes first.
    for (const [name, { open, write, list, close }] of all.map((_, place) => all[(round + 1 + place) % all.length])) {
      const place = await open(`writes ${name} ${round}`);
      let start = performance.now();
      for (let turn = 0; turn < writes; turn += 1) await write(place, `pipeline ${turn}`);
      if (round >= 0) times.write[name].push((performance.now() - start) / writes);
      start = performance.now();
      await Promise.all(Array.from({ length: writes }, (_each, turn) => write(place, `pipeline ${turn}`)));
      if (round >= 0) times.together[name].push((performance.now() - start) / writes);
      await close(place);
      start = performance.now();
      const whole = await open(`full ${name}`);
      const listed = await list(whole);
      if (round >= 0) times.open[name].push(performance.now() - start);
      if (listed.length < stored) throw new Error(`${name} lists ${listed.length}`);
      await close(whole);
    }
  }
  return times;
}
