// Lists: their order beside `Intl.Collator`'s, and what the local store takes to hold and to show them.
import * as pkg from "../../../pkg/dist/index.js";
import { agree } from "../agree.mjs";
import { OURS } from "../report.mjs";
import { compareOnce, median } from "../rounds.mjs";
import { byCollator, items, measuredStore } from "../store.mjs";

const SORTED = [10_000, 100_000];
/** What the store is measured with; the suite `growth` goes further. */
const STORED = 10_000;
/** A whole list at once, and two items at a time. */
const SORTS = { sortPipelines: pkg.sortPipelines, comparePipelines: (list) => list.toSorted(pkg.comparePipelines) };

export async function run(report) {
  for (const [name, sort] of Object.entries(SORTS)) {
    const orders = [];
    for (const count of SORTED) orders.push([`${count.toLocaleString("en")} items`, milliseconds(await order(count, sort))]);
    report.comparison(`A list sorted by ${name}`, "milliseconds", orders);
  }

  const { rounds, bytes } = await measuredStore(STORED);
  const cases = Object.entries(rounds).map(([what, times]) => [what, milliseconds(times)]);
  const many = STORED.toLocaleString("en");
  report.comparison(`The local store with ${many} rows, beside Intl.Collator sorting as many names`, "milliseconds", cases);
  // Microseconds a row are milliseconds per 1,000.
  report.figures("Rows in the local store", ["", "ms to load 1,000", "bytes a row"], [[many, median(rounds.load[OURS]) / STORED, bytes / STORED]]);
}

async function order(count, byPackage) {
  const list = items(count);
  const contenders = { [OURS]: byPackage, "Intl.Collator": byCollator };
  agree(`the order of ${count} items`, mapped(contenders, (sort) => sort(list).map(({ id }) => id)));
  return compareOnce(mapped(contenders, (sort) => ({ run: () => sort(list) })));
}

function milliseconds(rounds) {
  return mapped(rounds, (times) => times.map((time) => time / 1_000));
}

function mapped(record, make) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value)]));
}
