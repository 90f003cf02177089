// The short way to check a value: one walk that writes numbers and one text for the core and makes the fresh copy, and one
// call that answers which texts change, or what is wrong. Whatever is unusual is declined, here or in the core, and the
// caller checks it the long way.
import { askFirst, memory, type Core } from "./core.js";
import type { Outcome, Refusal } from "./error.js";
import { isWellFormed } from "./pack.js";
import { NO_WORD, shapeOf, type Shape } from "./shape.js";
import { textDecoder, textEncoder } from "./text.js";

/** The schemas in the order of their numbers. */
const SCHEMAS = ["createInput", "updateInput", "pipeline", "pipelineRun", "schedule"] as const;

/** What is checked the short way. */
export type ShortName = (typeof SCHEMAS)[number];

/** What is refused the short way too: a document keeps much that an input may not hold. */
export type InputName = Exclude<ShortName, "pipeline" | "pipelineRun">;

/** What the walk returns for a value that must be read the long way. No value is this object. */
const DECLINED: unique symbol = Symbol("declined");
type Declined = typeof DECLINED;
/** That the memory which the walk wrote to is no longer the instance's. */
const MOVED: unique symbol = Symbol("moved");

const enum Tag {
  Null = 0,
  False = 1,
  True = 2,
  Whole = 3,
  Text = 4,
  List = 5,
  Record = 6,
  Number = 7,
}
/** The size of a value stands above its tag. */
const SIZE = 3;

/** No list of the contract is longer. */
const MAX_ITEMS = 100;
/** No text of the contract is longer. */
const MAX_UNITS = 10_000;
/** No record of the contract is deeper. */
const MAX_DEPTH = 8;

type Container = Record<string, unknown>;

/** The module's memory, as far as it belongs to a value that is being checked. */
interface Regions {
  readonly buffer: ArrayBufferLike;
  readonly numbers: Int32Array;
  readonly texts: Uint8Array;
}

let regions: Regions | undefined;
let busy = false;

// The walk's own state: one value at a time.
let numbers: Int32Array;
let at = 0;
let texts = "";
/** Whether what is wrong is written too, for the core to refuse it. */
let refuses = false;

/** The checked copy of `value`, or `undefined` where it has to be checked the long way. */
export function acceptShort<T>(name: ShortName, value: unknown): T | undefined {
  const outcome = check<T>(name, value, false);
  return outcome !== undefined && "data" in outcome ? outcome.data : undefined;
}

/** The same, or why the value is refused. */
export function judgeShort<T>(name: InputName, value: unknown): Outcome<T> | undefined {
  return check<T>(name, value, true);
}

function check<T>(name: ShortName, value: unknown, refusing: boolean): Outcome<T> | undefined {
  const outcome = attempt<T>(name, value, refusing);
  if (outcome !== MOVED) return outcome;
  const again = attempt<T>(name, value, refusing);
  return again === MOVED ? undefined : again;
}

function attempt<T>(name: ShortName, value: unknown, refusing: boolean): Outcome<T> | typeof MOVED | undefined {
  // A getter of the value may call this package.
  if (busy) return undefined;
  busy = true;
  refuses = refusing;
  try {
    // Names that every object inherits would be taken for its own.
    for (const _ in Object.prototype) return undefined;
    // Memory that has grown takes its former views away.
    const before = regions !== undefined && regions.numbers.length > 0 ? regions : askFirst(regionsOf);
    numbers = before.numbers;
    const copy = typeof value === "object" && value !== null ? record(value, 0) : DECLINED;
    return copy === DECLINED ? undefined : judge<T>(name, copy, before);
  } catch {
    return undefined;
  } finally {
    at = 0;
    texts = "";
    busy = false;
  }
}

/** Asks the core, and puts the texts that it changes into the copy. */
function judge<T>(name: ShortName, copy: Container, before: Regions): Outcome<T> | typeof MOVED | undefined {
  const units = texts.length;
  if (!isWellFormed(texts)) return undefined;
  const answer = askFirst((core) => {
    // The instance may be another one by now, and a getter of the value may have made its memory grow.
    if (regionsOf(core) !== before) return MOVED;
    const { texts: room } = before;
    if (units * 3 > room.length) return DECLINED;
    const { written } = textEncoder().encodeInto(texts, room);
    const outcome = core.judge(SCHEMAS.indexOf(name), refuses, at, written, units);
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

function record(value: object, depth: number): Container | Declined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || depth > MAX_DEPTH) return DECLINED;
  const shape = shapeOf(value);
  if (shape === undefined || !(shape.isKnown || refuses)) return DECLINED;
  const start = at++;
  const copy: Container = {};
  const count = shape.isInOrder ? asTheyCome(value as Container, shape, copy, depth) : inOrder(value as Container, shape, copy, depth);
  if (count < 0) return DECLINED;
  numbers[start] = (count << SIZE) | Tag.Record;
  return copy;
}

/** Writes all fields in the order in which they come, which is the fastest to read them in; -1 where one is declined. */
function asTheyCome(value: Container, { names, words }: Shape, copy: Container, depth: number): number {
  let count = 0;
  let index = 0;
  for (const name in value) {
    // A proxy can have other fields the second time.
    if (name !== names[index]) return -1;
    const written = write(copy, name, words[index++] ?? NO_WORD, value[name], depth);
    if (written < 0) return -1;
    count += written;
  }
  return count;
}

/** The same for fields that came in another order than that of their words. */
function inOrder(value: Container, { names, words }: Shape, copy: Container, depth: number): number {
  let count = 0;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? "";
    const written = write(copy, name, words[index] ?? NO_WORD, value[name], depth);
    if (written < 0) return -1;
    count += written;
  }
  return count;
}

/** Writes one field: how many that are, none for `undefined`; -1 where it is declined. */
function write(copy: Container, name: string, word: number, field: unknown, depth: number): number {
  if (field === undefined) return 0;
  if (at + 4 > numbers.length) return -1;
  numbers[at++] = word;
  if (word === NO_WORD) content(name, depth);
  const outcome = content(field, depth);
  if (outcome === DECLINED) return -1;
  if (word !== NO_WORD) copy[name] = outcome;
  return 1;
}

function content(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
      if (value.length > MAX_UNITS) return DECLINED;
      numbers[at++] = (value.length << SIZE) | Tag.Text;
      texts += value;
      return value;
    case "number": {
      const whole = value | 0; // minus zero becomes zero
      if (whole !== value) return otherNumber(value);
      numbers[at++] = Tag.Whole;
      numbers[at++] = whole;
      return whole;
    }
    case "boolean":
      numbers[at++] = value ? Tag.True : Tag.False;
      return value;
    case "object":
      if (value === null) {
        numbers[at++] = Tag.Null;
        return null;
      }
      return Array.isArray(value) ? list(value, depth + 1) : record(value, depth + 1);
    default:
      return DECLINED;
  }
}

/** Writes a number that no rule accepts. */
function otherNumber(value: number): unknown {
  if (!Number.isFinite(value) || !refuses) return DECLINED;
  const text = String(value);
  numbers[at++] = (text.length << SIZE) | Tag.Number;
  texts += text;
  return value;
}

function list(value: readonly unknown[], depth: number): unknown {
  const { length } = value;
  if (!(length <= MAX_ITEMS) || at === numbers.length) return DECLINED;
  numbers[at++] = (length << SIZE) | Tag.List;
  const copy: unknown[] = [];
  for (let index = 0; index < length; index++) {
    const item = value[index];
    if (typeof item !== "object" || item === null || at === numbers.length) return DECLINED;
    const outcome = record(item, depth + 1);
    if (outcome === DECLINED) return DECLINED;
    copy.push(outcome);
  }
  return copy;
}
