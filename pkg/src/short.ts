// The short way to check a value: one walk that writes numbers and one text for the core and makes the fresh copy, and one
// call that answers which texts change, or what is wrong. Whatever is unusual is declined, by the walk or in the core, and
// the caller checks it the long way.
import { askFirst, memory, type Core } from "./core.js";
import type { Outcome, Refusal } from "./error.js";
import { isWellFormed } from "./pack.js";
import { walks } from "./records.js";
import { textDecoder, textEncoder } from "./text.js";
import { written, type Container, type Written } from "./walk.js";

/** What is checked the short way. */
export type ShortName = keyof typeof walks;

/** The schemas in the order of their numbers. */
const SCHEMAS: readonly ShortName[] = ["createInput", "updateInput", "pipeline", "pipelineRun", "schedule"];

/** What is refused the short way too: a document keeps much that an input may not hold. */
export type InputName = Exclude<ShortName, "pipeline" | "pipelineRun">;

/** That the value must be read the long way. */
const DECLINED: unique symbol = Symbol("declined");
/** That the memory which the walk wrote to is no longer the instance's. */
const MOVED: unique symbol = Symbol("moved");

/** The module's memory, as far as it belongs to a value that is being checked. */
interface Regions {
  readonly buffer: ArrayBufferLike;
  readonly numbers: Int32Array;
  readonly texts: Uint8Array;
}

let regions: Regions | undefined;
let busy = false;

/** The checked copy of `value`, or `undefined` where it has to be checked the long way. */
export function acceptShort<T>(name: ShortName, value: unknown): T | undefined {
  const outcome = check<T>(name, value, false);
  return outcome !== undefined && "data" in outcome ? outcome.data : undefined;
}

/** The same, or why the value is refused. */
export function judgeShort<T>(name: InputName, value: unknown): Outcome<T> | undefined {
  return check<T>(name, value, true);
}

function check<T>(name: ShortName, value: unknown, refuses: boolean): Outcome<T> | undefined {
  const outcome = attempt<T>(name, value, refuses);
  if (outcome !== MOVED) return outcome;
  const again = attempt<T>(name, value, refuses);
  return again === MOVED ? undefined : again;
}

function attempt<T>(name: ShortName, value: unknown, refuses: boolean): Outcome<T> | typeof MOVED | undefined {
  // A getter of the value may call this package.
  if (busy) return undefined;
  busy = true;
  try {
    // Names that every object inherits would be taken for its own.
    for (const _ in Object.prototype) return undefined;
    // Memory that has grown takes its former views away.
    const before = regions !== undefined && regions.numbers.length > 0 ? regions : askFirst(regionsOf);
    return judge<T>(name, written(walks[name], value, before.numbers, refuses), before, refuses);
  } catch {
    return undefined;
  } finally {
    busy = false;
  }
}

/** Asks the core, and puts the texts that it changes into the copy. */
function judge<T>(
  name: ShortName,
  { copy, numbers, texts }: Written,
  before: Regions,
  refuses: boolean,
): Outcome<T> | typeof MOVED | undefined {
  const units = texts.length;
  if (!isWellFormed(texts)) return undefined;
  const answer = askFirst((core) => {
    // The instance may be another one by now, and a getter of the value may have made its memory grow.
    if (regionsOf(core) !== before) return MOVED;
    const { texts: room } = before;
    if (units * 3 > room.length) return DECLINED;
    const length = textEncoder().encodeInto(texts, room).written;
    const outcome = core.judge(SCHEMAS.indexOf(name), refuses, numbers, length, units);
    // It may itself have made the memory grow.
    const { numbers: region, texts: bytes } = regionsOf(core);
    if (outcome < -1) return textDecoder().decode(bytes.subarray(0, -1 - outcome));
    if (outcome > 0) {
      const changes = new Map<number, string | null | undefined>();
      let end = 0;
      for (let change = 0; change < outcome; change++) {
        const [place = 0, length = 0] = region.subarray(change * 2, change * 2 + 2);
        changes.set(place, length >= 0 ? textDecoder().decode(bytes.subarray(end, end + length)) : length === -1 ? null : undefined);
        end += Math.max(length, 0);
      }
      applyTo(copy, changes, 0);
    }
    return outcome < 0 ? DECLINED : undefined;
  });
  if (answer === MOVED) return MOVED;
  if (answer === DECLINED) return undefined;
  return answer === undefined ? { data: copy as T } : { refusal: JSON.parse(answer) as Refusal };
}

/** Changes texts by their places, the first of which in this container is `place`; gives the place behind the last. */
function applyTo(container: Container, changes: Map<number, string | null | undefined>, place: number): number {
  for (const [key, value] of Object.entries(container)) {
    if (changes.size === 0) break;
    if (typeof value === "object" && value !== null) place = applyTo(value as Container, changes, place);
    if (typeof value !== "string") continue;
    const change = changes.get(place);
    if (changes.delete(place)) {
      if (change === undefined) Reflect.deleteProperty(container, key);
      else container[key] = change;
    }
    place += 1;
  }
  return place;
}

/** The views must be made again when the memory has grown, and in another instance: both have another buffer. */
function regionsOf(core: Core): Regions {
  if (regions?.buffer === memory()) return regions;
  const at = core.regions();
  const buffer = memory();
  const sizes = new Uint32Array(buffer, at, 2);
  const [numbersLength = 0, textsLength = 0] = sizes;
  const numbers = new Int32Array(buffer, at + sizes.byteLength, numbersLength);
  regions = { buffer, numbers, texts: new Uint8Array(buffer, at + sizes.byteLength + numbers.byteLength, textsLength) };
  return regions;
}
