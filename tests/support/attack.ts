import { PipelineError } from "convex-pipelines";
import { CANARY, planted, randomOf, type Hostile } from "./hostile";

const CODES = new Set([
  "invalid", "not_found", "conflict", "unauthorized", "rate_limited", "unavailable", "storage", "protocol", "config", "internal",
]);

/** A call with good arguments, each of which is replaced in turn. */
export interface Target {
  name: string;
  args: unknown[];
  call: (...args: never[]) => unknown;
}

/** `HOSTILE=10` makes ten times as many calls. */
const TIMES = typeof process === "undefined" ? 1 : Number(process.env["HOSTILE"] ?? 1);
/** How many values are drawn for each argument of each call: bare, and somewhere in a good value. */
const DRAWN = 60 * TIMES;
const PLANTED = 30 * TIMES;

/** Makes every call with hostile values in the place of each argument; what came of it that may not. */
export async function attack(
  targets: readonly Target[],
  { plain, thrown }: { plain: readonly Hostile[]; thrown: readonly Hostile[] },
  seed: number,
): Promise<{ calls: number; faults: string[] }> {
  const random = randomOf(seed);
  const drawn = (from: readonly Hostile[]): Hostile => from[Math.floor(random() * from.length)]!;
  const all = [...plain, ...thrown];
  const faults: string[] = [];
  let calls = 0;
  for (const { name, args, call } of targets) {
    for (const at of args.keys()) {
      const attempt = async (what: string, value: unknown): Promise<void> => {
        calls += 1;
        const given = args.map((arg, index) => (index === at ? value : arg));
        const fault = await faultOf(() => call(...(given as never[])));
        if (fault !== undefined) faults.push(`${name}, argument ${String(at)}, ${what}: ${fault}`);
      };
      for (const [what, make] of plain) await attempt(what, make());
      for (let turn = 0; turn < DRAWN; turn++) {
        const [what, make] = drawn(thrown);
        await attempt(what, make());
      }
      for (let turn = 0; turn < PLANTED; turn++) {
        const [what, make] = drawn(all);
        await attempt(`${what}, planted`, planted(args[at], make(), random));
      }
    }
  }
  return { calls, faults };
}

/** What is wrong with how a call ended: nothing for a result, or for a `PipelineError` that says no word of the caller's. */
async function faultOf(call: () => unknown): Promise<string | undefined> {
  let result: unknown;
  try {
    result = await call();
  } catch (thrown) {
    return faultOfError(thrown);
  }
  return textOf(result).includes(CANARY) ? "a result that quotes what was thrown" : undefined;
}

function faultOfError(thrown: unknown): string | undefined {
  if (!(thrown instanceof PipelineError)) return `threw ${kindOf(thrown)}`;
  if (!CODES.has(thrown.code)) return `a code ${thrown.code}`;
  if (thrown.code === "internal") return `internal: ${thrown.message}`;
  if (`${thrown.message} ${String(thrown.stack)} ${JSON.stringify(thrown)}`.includes(CANARY)) return "an error that quotes what was thrown";
  return undefined;
}

function kindOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message} ${String(thrown.stack?.split("\n")[1])}` : typeof thrown;
  } catch {
    return "something that does not let itself be looked at";
  }
}

function textOf(result: unknown): string {
  try {
    const text = JSON.stringify(result, (_key, value: unknown) =>
      value instanceof PipelineError ? { ...value.toJSON(), stack: value.stack } : value,
    ) as string | undefined;
    return text ?? "";
  } catch {
    return ""; // a repository, say
  }
}
