/**
 * A browser that dies while it writes: what it was told is durable is there for the next one, each document with its
 * operation; and what its files have lost is said.
 *
 * `KILLS=500 CRASHES=2000 TEARS=200 POWER_CUTS=200 DAMAGES=200 npm test -- --project node fallback-kills` looks longer.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright";
import { afterEach, expect, test } from "vitest";
import { launch } from "../support/chromium.js";
import { DoomedBrowser, torn, type State } from "../support/doomed-browser.js";
import { Random } from "../support/random.js";

const count = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const SEED = count("SEED", 1);
const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

let browser: DoomedBrowser;
afterEach(() => browser.stop());

/** What one opening has found, kept for whoever has to explain a loss. */
const diagnosis = (state: State) => JSON.stringify({ ...state, lost: state.lost.length, listed: Object.keys(state.listed).length, rows: Object.keys(state.rows).length, operations: Object.keys(state.operations).length });

function assertWhole(state: State, what: string): void {
  expect(state.status, `${what}: ${diagnosis(state)}`).toMatchObject({ mode: "indexeddb", durable: true, damaged: [] });
  expect(state.status.lost, what).toBeUndefined();
  expect(state.lost, `${what}: lost; ${diagnosis(state)}`).toEqual([]);
  expect(torn(state), `${what}: torn; ${diagnosis(state)}`).toEqual([]);
}

/**
 * A page that got no database within its deadline, as on a busy machine, works from memory and says so: of what is stored it
 * says nothing, and the next page is asked.
 */
const isLate = ({ status }: State): boolean => status.reason === "the database did not open; another tab may hold it";

/** So often in a row it is no longer the machine. */
const MOST_LATE = 3;

async function openInTime(): Promise<State> {
  for (let late = 0; ; late++) {
    const state = await browser.open();
    if (late === MOST_LATE || !isLate(state)) return state;
    await browser.kill();
  }
}

/** Until some moment in the life of a page: every second time of one that has written, for a slow machine writes late. */
async function someMoment({ status }: State, random: Random, latestMs: number): Promise<void> {
  if (status.durable && random.below(2) === 0) await browser.nextPromise();
  await pause(random.below(latestMs));
}

const KILLS = count("KILLS", 30);
test(`${String(KILLS)} times the browser is killed: nothing is lost, nothing torn`, { timeout: 60_000 + KILLS * 6_000 }, async () => {
  browser = await DoomedBrowser.start();
  const random = new Random(SEED);
  for (let kill = 1; kill <= KILLS; kill++) {
    const state = await openInTime();
    assertWhole(state, `seed ${String(SEED)}, before kill ${String(kill)}`);
    await someMoment(state, random, 450);
    await browser.kill();
  }
  assertWhole(await openInTime(), "at the end");
  expect(browser.promises.length).toBeGreaterThan(KILLS);
  expect(browser.failures).toEqual([]);
});

const CRASHES = count("CRASHES", 60);
test(`${String(CRASHES)} times the page crashes: nothing is lost, nothing torn`, { timeout: 60_000 + CRASHES * 4_000 }, async () => {
  browser = await DoomedBrowser.start();
  const random = new Random(SEED);
  let late = 0;
  const context = await chromium.launchPersistentContext(browser.profile, { ...launch, headless: true });
  try {
    for (let crash = 1; crash <= CRASHES; crash++) {
      const page = await context.newPage();
      const state = browser.nextState();
      await page.goto(`${browser.site}/?${String(crash)}`);
      const found = await state;
      late = isLate(found) ? late + 1 : 0;
      if (late === 0 || late > MOST_LATE) assertWhole(found, `seed ${String(SEED)}, before crash ${String(crash)}`);
      await someMoment(found, random, 500);
      const session = await context.newCDPSession(page);
      const crashed = page.waitForEvent("crash");
      session.send("Page.crash").catch(() => undefined); // nobody is left to answer
      await crashed;
      await page.close();
    }
  } finally {
    await context.close();
  }
  expect(browser.promises.length).toBeGreaterThan(CRASHES);
  expect(browser.failures).toEqual([]);
});

/** The files of the database: a log, tables, and what says which of them count. */
function databaseFiles(): string[] {
  const folder = join(browser.profile, "Default", "IndexedDB");
  const levels = readdirSync(folder).filter((name) => name.endsWith(".leveldb"));
  return levels.flatMap((level) => readdirSync(join(folder, level)).map((name) => join(folder, level, name)));
}

const logs = (): string[] => databaseFiles().filter((name) => name.endsWith(".log"));

/** LevelDB's log is made of blocks, and begins each entry of one with a checksum, a length of 16 bits and a kind: see its `log_format.md`. */
const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const WHOLE_ENTRY = 1;

/** Whether a log ends with half an entry: the header and the rest of one are written one after the other. */
function endsInHalf(log: Buffer): boolean {
  let at = 0;
  while (at + HEADER_BYTES <= log.length) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    at += left < HEADER_BYTES ? left : HEADER_BYTES + log.readUInt16LE(at + 4);
  }
  return at > log.length || log.subarray(at).some((byte) => byte !== 0);
}

/** What a write leaves at the end of a log of this size that has come no further than some bytes of its first entry. */
function halfAnEntry(size: number, random: Random): Uint8Array {
  const room = BLOCK_BYTES - (size % BLOCK_BYTES) - HEADER_BYTES;
  if (room < 2) return new Uint8Array();
  const length = 1 + random.below(room);
  const entry = Uint8Array.from({ length: HEADER_BYTES + random.below(length) }, () => random.below(256));
  entry.set([length & 255, length >> 8, WHOLE_ENTRY], 4);
  return entry;
}

const TEARS = count("TEARS", 6);
test(`${String(TEARS)} times the browser dies in the middle of a write: nothing is lost, not when the next has died either`, { timeout: 60_000 + TEARS * 8_000 }, async () => {
  browser = await DoomedBrowser.start();
  const random = new Random(SEED);
  for (let tear = 1; tear <= TEARS; tear++) {
    assertWhole(await openInTime(), `seed ${String(SEED)}, before tear ${String(tear)}`);
    await browser.nextPromise(); // before that the log is being renewed: an entry that is half written there counts until it is
    await pause(random.below(300));
    await browser.kill();
    // Where the browser has left such a log itself, it is the case that is looked for: a dead browser writes nothing behind it.
    for (const log of logs().filter((log) => !endsInHalf(readFileSync(log))))
      appendFileSync(log, halfAnEntry(statSync(log).size, random));
  }
  assertWhole(await openInTime(), "at the end");
  expect(browser.promises.length).toBeGreaterThan(TEARS);
  expect(browser.failures).toEqual([]);
});

const POWER_CUTS = count("POWER_CUTS", 10);
test(
  `${String(POWER_CUTS)} times the power goes, with all or some of the log that was not yet on disk: nothing is lost, nothing torn`,
  { timeout: 60_000 + POWER_CUTS * 8_000 },
  async () => {
    browser = await DoomedBrowser.start();
    const [shim, notes] = [join(browser.folder, "synced.so"), join(browser.folder, "synced.txt")];
    execFileSync("cc", ["-shared", "-fPIC", "-o", shim, join(import.meta.dirname, "../support/synced.c"), "-ldl"]);
    Object.assign(browser.environment, { LD_PRELOAD: shim, SYNCED_NOTES: notes });
    const random = new Random(SEED);
    let bytesCut = 0;
    for (let cut = 1; cut <= POWER_CUTS; cut++) {
      assertWhole(await openInTime(), `seed ${String(SEED)}, before cut ${String(cut)}`);
      await pause(50 + random.below(400));
      await browser.kill();
      const lines = readFileSync(notes, "utf8").split("\n").filter((line) => line !== "");
      const synced = new Map(lines.map((line) => [line.slice(line.indexOf(" ") + 1), Number.parseInt(line, 10)]));
      for (const log of logs()) {
        const written = statSync(log).size;
        const onDisk = Math.min(synced.get(log) ?? 0, written);
        const size = onDisk + (cut % 2 === 0 ? random.below(written - onDisk + 1) : 0);
        bytesCut += written - size;
        truncateSync(log, size);
      }
    }
    assertWhole(await openInTime(), "at the end");
    expect(browser.promises.length).toBeGreaterThan(POWER_CUTS);
    console.info(`${String(browser.promises.length)} promises, ${String(bytesCut)} bytes of logs cut`);
  },
);

const DAMAGES = count("DAMAGES", 10);
test(`${String(DAMAGES)} times bits of the database's files are flipped: what is lost is said`, { timeout: 60_000 + DAMAGES * 20_000 }, async () => {
  let losses = 0;
  for (let damage = 1; damage <= DAMAGES; damage++) {
    const random = new Random(SEED * 1_000 + damage);
    browser = await DoomedBrowser.start();
    await browser.open();
    await pause(600);
    await browser.kill("SIGTERM");
    const files = databaseFiles().filter((name) => statSync(name).size > 0);
    for (let flip = 1 + random.below(20); flip > 0; flip--) {
      const file = random.pick(files);
      const bytes = readFileSync(file);
      const at = random.below(bytes.length);
      bytes[at] = bytes[at]! ^ (1 << random.below(8));
      writeFileSync(file, bytes);
    }
    const state = await browser.open();
    const gone = [...state.lost, ...torn(state)].map(({ id }) => id);
    const { mode, lost, damaged } = state.status;
    if (gone.length > 0) losses += 1;
    // Of the whole, or of each.
    const isSaid = mode === "memory" || lost !== undefined || gone.every((id) => damaged.includes(id));
    expect(isSaid, `damage ${String(SEED * 1_000 + damage)}: ${diagnosis(state)}`).toBe(true);
    await browser.stop();
  }
  console.info(`${String(losses)} of ${String(DAMAGES)} damaged databases had lost something, and said so`);
});
