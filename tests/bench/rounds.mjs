// Contenders side by side: in one process and in turn, so that a busy machine slows all of them alike. What counts is
// the processor's time, V8's own threads included: on a busy machine the wall clock counts the neighbours too.

/** How often each contender has its turn. */
export const ROUNDS = setting("BENCH_ROUNDS", 25);
/** How long one contender runs before it counts, at least: until V8 has compiled what is hot, JavaScript and WebAssembly. */
const WARM_MS = setting("BENCH_WARM_MS", 150);
/** How long one contender runs at a time: long against the clock's resolution, short against the machine's moods. */
const SLICE_MS = 2;
/** How long all rounds of one case may take together; slow contenders have fewer, but no fewer than a median needs. */
const CASE_MS = 4_000;
const FEWEST_ROUNDS = Math.min(ROUNDS, 3);

/**
 * Runs all contenders in turn, round after round.
 *
 * @param {Record<string, () => unknown>} contenders
 * @param {number} [warmMs]
 * @returns {Record<string, number[]>} for each, microseconds for one call in each round
 */
export function compare(contenders, warmMs = WARM_MS) {
  const runners = Object.entries(contenders).map(([name, call]) => ({ name, call, ...warm(call, warmMs), times: [] }));
  const roundMs = runners.reduce((sum, { calls, microseconds }) => sum + (calls * microseconds) / 1000, 0);
  const rounds = roundsWithin(roundMs);
  for (let round = 0; round < rounds; round += 1) {
    for (const { call, calls, times } of inTurn(runners, round)) times.push(time(call, calls));
  }
  return Object.fromEntries(runners.map(({ name, times }) => [name, times]));
}

/**
 * Compares case by case, once all have been warmed up: otherwise the first cases would be slower for everybody.
 *
 * @param {Array<[string, Record<string, () => unknown>]>} cases
 * @returns {Array<[string, Record<string, number[]>]>}
 */
export function compareAll(cases, warmMs = WARM_MS) {
  for (const [, contenders] of cases) for (const call of Object.values(contenders)) warm(call, warmMs);
  return cases.map(([name, contenders]) => [name, compare(contenders, warmMs)]);
}

/**
 * {@link compare} for calls that are long, asynchronous, or need something done before each, which does not count.
 *
 * @param {Record<string, { prepare?: () => unknown, run: (prepared: unknown) => unknown }>} contenders
 * @returns {Promise<Record<string, number[]>>}
 */
export async function compareOnce(contenders) {
  const runners = Object.entries(contenders).map(([name, contender]) => ({ name, ...contender, times: [] }));
  const start = performance.now();
  for (const runner of runners) await timeOnce(runner);
  const rounds = roundsWithin(performance.now() - start);
  for (let round = 0; round < rounds; round += 1) {
    for (const runner of inTurn(runners, round)) runner.times.push(await timeOnce(runner));
  }
  return Object.fromEntries(runners.map(({ name, times }) => [name, times]));
}

/** Runs `call` until it is warm and steady; how often it fits into one slice, and how long it took. */
function warm(call, warmMs = WARM_MS) {
  const start = performance.now();
  let last = Infinity;
  for (let calls = 1; ; ) {
    const microseconds = Math.max(time(call, calls), 0.001);
    const spent = performance.now() - start;
    const steady = Math.abs(microseconds - last) < microseconds / 10;
    if (spent >= warmMs && (steady || spent >= 3 * warmMs)) {
      return { calls: Math.max(1, Math.round((SLICE_MS * 1000) / microseconds)), microseconds };
    }
    last = microseconds;
    // A tenth of the time at once, so that steadiness can be seen.
    calls = Math.max(1, Math.min(calls * 2, Math.ceil((warmMs * 100) / microseconds)));
  }
}

/** The median of what each round says of `theirs` over `ours`: both halves of a round have met the same machine. */
export function ratios(ours, theirs) {
  return ours.map((own, round) => theirs[round] / own);
}

export function median(numbers) {
  return quantile(numbers, 0.5);
}

/** Half the range of the middle half, as a share of the median: how far a round is off, mostly. */
export function spread(numbers) {
  const middle = median(numbers);
  return middle === 0 ? 0 : (quantile(numbers, 0.75) - quantile(numbers, 0.25)) / 2 / middle;
}

/** What was computed last: kept where V8 cannot see that nobody reads it. */
export let kept;

/** Microseconds for one of `calls` calls. */
function time(call, calls) {
  const start = process.cpuUsage();
  for (let index = 0; index < calls; index += 1) kept = call();
  return microsecondsSince(start) / calls;
}

/** Microseconds for one call of `run`. */
export async function timeOnce({ prepare, run }) {
  const prepared = await prepare?.();
  const start = process.cpuUsage();
  kept = await run(prepared);
  return microsecondsSince(start);
}

function microsecondsSince(start) {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

/** Nobody always comes first. */
function inTurn(runners, round) {
  return runners.map((_, place) => runners[(round + place) % runners.length]);
}

function roundsWithin(roundMs) {
  return Math.max(FEWEST_ROUNDS, Math.min(ROUNDS, Math.floor(CASE_MS / roundMs)));
}

function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place % 1);
}

/** A whole number of at least 1 from the environment. */
function setting(name, usual) {
  const text = process.env[name];
  if (text === undefined || text === "") return usual;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} is ${text}: a whole number of at least 1 is needed`);
  return value;
}
