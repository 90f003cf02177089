// Contenders side by side: in one process and in turn, so that a busy machine slows all of them alike. What counts is
// the processor's time, V8's own threads included: on a busy machine the wall clock counts the neighbours too.

const ROUNDS = 25;
/** How long one contender runs at a time: long against the clock's resolution, short against the machine's moods. */
const SLICE_MS = 2;
/** How long one runs before it counts: until V8 has compiled what is hot, JavaScript and WebAssembly. */
const WARM_MS = 40;

/**
 * Runs all contenders in turn, round after round.
 *
 * @param {Record<string, () => unknown>} contenders
 * @returns {Record<string, number[]>} for each, microseconds for one call in each round
 */
export function compare(contenders) {
  const runners = Object.entries(contenders).map(([name, call]) => ({ name, call, calls: warm(call), times: [] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let place = 0; place < runners.length; place += 1) {
      // Nobody always comes first.
      const { call, calls, times } = runners[(round + place) % runners.length];
      times.push(time(call, calls));
    }
  }
  return Object.fromEntries(runners.map(({ name, times }) => [name, times]));
}

/**
 * How many times faster `ours` is than the fastest of `theirs`: the median of what each round says, because both
 * halves of a round have met the same machine.
 */
export function ratio(ours, ...theirs) {
  return median(ours.map((own, round) => Math.min(...theirs.map((times) => times[round])) / own));
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Prints a table; numbers have three significant digits. */
export function print(title, head, rows) {
  const cells = [head, ...rows.map((row) => row.map(shown))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  console.log(`\n${title}`);
  for (const [first, ...rest] of cells) {
    console.log(["  " + first.padEnd(widths[0]), ...rest.map((cell, column) => cell.padStart(widths[column + 1]))].join("  "));
  }
}

/** What ran this: figures without it say little. */
export function machine() {
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
}

/** Runs `call` until it is warm, and says how often it fits into one slice. */
export function warm(call) {
  const end = performance.now() + WARM_MS;
  for (let calls = 1; ; calls *= 2) {
    const microseconds = time(call, calls);
    if (performance.now() > end) return Math.max(1, Math.round((SLICE_MS * 1000) / Math.max(microseconds, 0.01)));
  }
}

/** Microseconds for one of `calls` calls. */
function time(call, calls) {
  const start = process.cpuUsage();
  for (let index = 0; index < calls; index += 1) kept = call();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / calls;
}

/** What was computed last: kept where V8 cannot see that nobody reads it. */
export let kept;

function shown(value) {
  if (typeof value === "string") return value;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
