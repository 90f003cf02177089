// The walk of the short way: it writes a value as numbers and one text for the core, and makes the fresh copy. The records of
// the contract are written out field by field in `records.js`, which the build makes of the core's tables: engines read and
// make objects fast where each field has a place of its own in the code. Any other record goes by its names.
import { Shapes } from "./shape.js";
import { wordList } from "./words.js";

/** A plain object. */
export type Container = Record<string, unknown>;

/** Writes a record and makes its copy. */
export type Walk = (value: object, depth: number) => Container;

/** What a walk has written. */
export interface Written {
  readonly copy: Container;
  /** How many numbers. */
  readonly numbers: number;
  readonly texts: string;
}

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
/** What stands for a name that is no word. */
const NO_WORD = -1;
/** What stands for the fields of a record that has others than its own. */
const OTHERS = -1;

/** No list of the contract is longer. */
const MAX_ITEMS = 100;
/** No text of the contract is longer. */
const MAX_UNITS = 10_000;
/** No record of the contract is deeper. */
const MAX_DEPTH = 8;

/** What a walk throws at a value that must be read the long way. */
const declined = /* @__PURE__ */ new Error("to be read the long way");

// The walk's own state: one value at a time.
let numbers: Int32Array;
let at = 0;
let texts = "";
let refuses = false;

/**
 * Walks one value: `room` is for its numbers, and `refusing` says whether what is wrong is written too, for the core to refuse
 * it. Throws where the value must be read the long way, and whatever its getters throw.
 */
export function written(walk: Walk, value: unknown, room: Int32Array, refusing: boolean): Written {
  numbers = room;
  refuses = refusing;
  try {
    if (typeof value !== "object" || value === null) throw declined;
    return { copy: walk(value, 0), numbers: at, texts };
  } finally {
    at = 0;
    texts = "";
  }
}

/**
 * The walk of a record that has `names`, in the order of their words. `fields` writes those whose bits, in that order, are set
 * in `has`, puts their copies into `copy`, and gives how many it wrote.
 */
export function fieldByField(
  names: readonly string[],
  fields: (value: Container, has: number, copy: Container, depth: number) => number,
): Walk {
  const shapes = new Shapes(0, (has, name) => {
    const place = names.indexOf(name);
    return has === OTHERS || place < 0 ? OTHERS : has | (1 << place);
  });
  return (value, depth) => {
    assertPlain(value, depth);
    const has = shapes.of(value);
    if (has === undefined) throw declined;
    if (has === OTHERS) return record(value, depth);
    const start = at++;
    const copy: Container = {};
    const count = fields(value as Container, has, copy, depth);
    numbers[start] = (count << SIZE) | Tag.Record;
    return copy;
  };
}

/** Writes one field, and gives its copy. Records in it, and in a list there, go by `walk`. */
export function field(word: number, value: unknown, depth: number, walk: Walk = record): unknown {
  if (at + 4 > numbers.length) throw declined;
  numbers[at++] = word;
  return content(value, depth, walk);
}

/** What is known of a record by its names. */
interface Names {
  /** In the order of their words; those that are none come last. */
  readonly names: readonly string[];
  /** The numbers of the names, ascending, and {@link NO_WORD} for the others. */
  readonly words: readonly number[];
  /** Whether all names are words. */
  readonly isKnown: boolean;
}

let words: ReadonlyMap<string, number> | undefined;
const byName = /* @__PURE__ */ new Shapes<Names>({ names: [], words: [], isKnown: true }, (known, name) => {
  words ??= new Map(wordList.split(" ").map((word, number) => [word, number]));
  const word = words.get(name) ?? NO_WORD;
  const before = word === NO_WORD ? known.words.length : known.words.filter((other) => other !== NO_WORD && other < word).length;
  return {
    names: inserted(known.names, before, name),
    words: inserted(known.words, before, word),
    isKnown: known.isKnown && word !== NO_WORD,
  };
});

function inserted<T>(items: readonly T[], place: number, item: T): T[] {
  return [...items.slice(0, place), item, ...items.slice(place)];
}

/** The walk of any record. */
function record(value: object, depth: number): Container {
  assertPlain(value, depth);
  const known = byName.of(value);
  if (known === undefined || !(known.isKnown || refuses)) throw declined;
  const start = at++;
  const copy: Container = {};
  let count = 0;
  for (const [index, name] of known.names.entries()) {
    const word = known.words[index] ?? NO_WORD;
    const given = (value as Container)[name];
    if (given === undefined) continue;
    count += 1;
    if (word === NO_WORD) {
      field(word, name, depth);
      content(given, depth, record);
    } else copy[name] = field(word, given, depth);
  }
  numbers[start] = (count << SIZE) | Tag.Record;
  return copy;
}

function assertPlain(value: object, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || depth > MAX_DEPTH) throw declined;
}

function content(value: unknown, depth: number, walk: Walk): unknown {
  if (typeof value === "string") {
    if (value.length > MAX_UNITS) throw declined;
    numbers[at++] = (value.length << SIZE) | Tag.Text;
    texts += value;
    return value;
  }
  if (typeof value === "number") {
    const whole = value | 0; // minus zero becomes zero
    if (whole !== value) return otherNumber(value);
    numbers[at++] = Tag.Whole;
    numbers[at++] = whole;
    return whole;
  }
  if (typeof value === "boolean") {
    numbers[at++] = value ? Tag.True : Tag.False;
    return value;
  }
  if (value === null) {
    numbers[at++] = Tag.Null;
    return value;
  }
  if (typeof value !== "object") throw declined;
  return Array.isArray(value) ? list(value, depth + 1, walk) : walk(value, depth + 1);
}

/** Writes a number that no rule accepts. */
function otherNumber(value: number): unknown {
  if (!Number.isFinite(value) || !refuses) throw declined;
  const text = String(value);
  numbers[at++] = (text.length << SIZE) | Tag.Number;
  texts += text;
  return value;
}

function list(value: readonly unknown[], depth: number, walk: Walk): unknown {
  const { length } = value;
  if (!(length <= MAX_ITEMS)) throw declined;
  numbers[at++] = (length << SIZE) | Tag.List;
  const copy: unknown[] = [];
  for (let index = 0; index < length; index++) {
    const item = value[index];
    if (typeof item !== "object" || item === null || at === numbers.length) throw declined;
    copy.push(walk(item, depth + 1));
  }
  return copy;
}
