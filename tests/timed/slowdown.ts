/** How many times as long a page would work on people's phones, whatever machine it is tested on. */
import type { Page } from "@playwright/test";

/** A phone's processor is this much slower than the machine that the bounds were set on. */
const SLOWER = 4;
/** What the work below takes on that machine, in milliseconds. */
const REFERENCE_MS = 3.1;
/** What else a machine does only ever adds to it. */
const ATTEMPTS = 30;

/** What to multiply a time by that a page has worked here: a machine that is slower itself needs less, a faster one gets no more. */
export async function slowdown(page: Page): Promise<number> {
  const took = await page.evaluate((attempts) => {
    const work = (): number => {
      let text = "";
      for (let number = 0; number < 20_000; number++) text += number.toString(36);
      const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, name: text.slice(id, id + 20) }));
      rows.sort((a, b) => (a.name < b.name ? -1 : 1));
      return JSON.stringify(JSON.parse(JSON.stringify(rows))).length;
    };
    const times = Array.from({ length: attempts }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    });
    return Math.min(...times);
  }, ATTEMPTS);
  const factor = SLOWER * Math.min(1, REFERENCE_MS / took);
  console.log(`the reference work takes ${took.toFixed(1)} ms here, so times count ${factor.toFixed(1)}-fold`);
  return Math.max(1, factor);
}
