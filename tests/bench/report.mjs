// What a suite has found: printed as tables for people, written to target/bench as JSON for programs.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, relative, resolve } from "node:path";
import { median, ratios, ROUNDS, spread } from "./rounds.mjs";

/** The contender that all others are compared with. */
export const OURS = "package";

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDER = join(resolve(ROOT, process.env.CARGO_TARGET_DIR ?? "target"), "bench");

export class Report {
  #suite;
  #tables = [];

  constructor(suite) {
    this.#suite = suite;
    console.log(`${suite}: ${machine()}`);
  }

  /**
   * Adds a table of times.
   *
   * @param {string} title
   * @param {string} unit of the figures in `cases`
   * @param {Array<[string, Record<string, number[]>]>} cases each with what `compare` gave
   */
  comparison(title, unit, cases) {
    const rows = cases.map(([name, rounds]) => ({ case: name, ...summary(rounds) }));
    const names = [...new Set(rows.flatMap(({ contenders }) => Object.keys(contenders)))];
    const peers = names.filter((name) => name !== OURS);
    const cells = rows.map(({ case: name, contenders, fastest }) => [
      name,
      ...names.flatMap((contender) => {
        const figures = contenders[contender];
        if (figures === undefined) return contender === OURS ? ["", ""] : ["", "", ""];
        const { median, spread, times, timesSpread } = figures;
        return times === undefined ? [shown(median), percent(spread)] : [shown(median), `${shown(times)}×`, percent(timesSpread)];
      }),
      ...(peers.length > 1 ? [fastest === undefined ? "" : `${shown(fastest)}×`] : []),
    ]);
    const head = names.flatMap((name) => (name === OURS ? [name, "±"] : [name, "times", "±"]));
    const meaning = peers.length === 0 ? "" : `; times = the peer / the ${OURS}`;
    print(`${title}: ${unit}, median${meaning}`, ["", ...head, ...(peers.length > 1 ? ["fastest peer"] : [])], cells);
    this.#tables.push({ title, unit, rows });
  }

  /** Adds a table of figures that are what they are. */
  figures(title, head, rows) {
    print(title, head, rows.map((row) => row.map(shown)));
    this.#tables.push({ title, rows: rows.map((row) => Object.fromEntries(head.map((name, at) => [name || "case", row[at]]))) });
  }

  /** Writes the JSON file. */
  write() {
    const machine = { node: process.versions.node, platform: process.platform, arch: process.arch, processor: cpus()[0]?.model, cores: cpus().length, load: loadavg() };
    this.file(`${this.#suite}.json`, JSON.stringify({ suite: this.#suite, machine, rounds: ROUNDS, tables: this.#tables }, null, 2) + "\n");
  }

  /** Writes a file beside it. */
  file(name, contents) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, name), contents);
    console.log(`\n→ ${relative(ROOT, join(FOLDER, name))}`);
  }
}

/** Medians and spreads of all contenders, and how many times faster than each peer ours is, also than the fastest. */
export function summary(rounds) {
  const { [OURS]: ours, ...peers } = rounds;
  const contenders = Object.fromEntries(
    Object.entries(rounds).map(([name, times]) => {
      const against = name === OURS || ours === undefined ? [] : ratios(ours, times);
      const compared = against.length === 0 ? {} : { times: median(against), timesSpread: spread(against) };
      return [name, { median: median(times), spread: spread(times), ...compared }];
    }),
  );
  const others = Object.values(peers);
  if (ours === undefined || others.length === 0) return { contenders };
  const fastest = ours.map((_, round) => Math.min(...others.map((times) => times[round])));
  return { contenders, fastest: median(ratios(ours, fastest)) };
}

/** What ran this: figures without it say little. */
function machine() {
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} cores`;
}

function print(title, head, rows) {
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  console.log(`\n${title}`);
  for (const [first, ...rest] of table) {
    console.log(["  " + first.padEnd(widths[0]), ...rest.map((cell, column) => cell.padStart(widths[column + 1]))].join("  "));
  }
}

/** Three significant digits; a whole number above that. */
function shown(value) {
  if (typeof value !== "number") return value ?? "";
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString("en");
  return value.toPrecision(3);
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}
