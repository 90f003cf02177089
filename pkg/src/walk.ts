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

/** No list of the contract is longer. */
const MAX_ITEMS = 100;
/** No text of the contract is longer. */
const MAX_UNITS = 10_000;
/** No record of the contract is deeper. */
const MAX_DEPTH = 8;

const none: readonly string[] = [];

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

/** What stands for the fields of a record that has others beside its own. */
const MORE = -1;

/** The fields of such a record. */
interface Fields {
  /** A bit for each of its own. */
  readonly has: number;
  /** Names that are no words, as they came. */
  readonly others: readonly string[];
  /** Whether there are fields of other records among them. */
  readonly isMixed: boolean;
}

/**
 * The walk of a record that has `names`, in the order of their words. `fields` writes those whose bits, in that order, are set
 * in `has`, puts their copies into `copy`, and gives how many it wrote.
 */
export function fieldByField(
  names: readonly string[],
  fields: (value: Container, has: number, copy: Container, depth: number) => number,
): Walk {
  const bitOf = (name: string): number => {
    const place = names.indexOf(name);
    return place < 0 ? 0 : 1 << place;
  };
  // Apart, because a number is found faster than an object, and most records have no other fields.
  const own = new Shapes(0, (has, name) => (has === MORE || bitOf(name) === 0 ? MORE : has | bitOf(name)));
  const all = new Shapes<Fields>({ has: 0, others: [], isMixed: false }, (known, name) => {
    if (bitOf(name) > 0) return { ...known, has: known.has | bitOf(name) };
    return wordOf(name) === undefined ? { ...known, others: [...known.others, name] } : { ...known, isMixed: true };
  });
  const write = (value: Container, has: number, others: readonly string[], depth: number): Container => {
    const start = at++;
    const copy: Container = {};
    let count = fields(value, has, copy, depth);
    if (others.length > 0) count += unknownFields(value, others, depth);
    numbers[start] = (count << SIZE) | Tag.Record;
    return copy;
  };
  return (value, depth) => {
    assertPlain(value, depth);
    const has = own.of(value);
    if (has === undefined) throw declined;
    if (has !== MORE) return write(value as Container, has, none, depth);
    const known = all.of(value);
    if (known === undefined) throw declined;
    if (known.isMixed) return record(value, depth);
    if (!refuses) throw declined;
    return write(value as Container, known.has, known.others, depth);
  };
}

/** Writes one field, and gives its copy. Records in it, and in a list there, go by `walk`. */
export function field(word: number, value: unknown, depth: number, walk: Walk = record): unknown {
  if (at + 4 > numbers.length) throw declined;
  numbers[at++] = word;
  return content(value, depth, walk);
}

let words: ReadonlyMap<string, number> | undefined;

function wordOf(name: string): number | undefined {
  words ??= new Map(wordList.split(" ").map((word, number) => [word, number]));
  return words.get(name);
}

/** The names of any record: words in their order, with their numbers, and the others as they came. */
interface Names {
  readonly words: readonly (readonly [word: number, name: string])[];
  readonly others: readonly string[];
}

const byName = /* @__PURE__ */ new Shapes<Names>({ words: [], others: [] }, ({ words, others }, name) => {
  const word = wordOf(name);
  if (word === undefined) return { words, others: [...others, name] };
  return { words: [...words, [word, name] as const].sort(([one], [other]) => one - other), others };
});

/** The walk of any record. */
function record(value: object, depth: number): Container {
  assertPlain(value, depth);
  const known = byName.of(value);
  if (known === undefined) throw declined;
  if (known.others.length > 0 && !refuses) throw declined;
  const start = at++;
  const copy: Container = {};
  let count = 0;
  for (const [word, name] of known.words) {
    const given = (value as Container)[name];
    if (given === undefined) continue;
    copy[name] = field(word, given, depth);
    count += 1;
  }
  count += unknownFields(value as Container, known.others, depth);
  numbers[start] = (count << SIZE) | Tag.Record;
  return copy;
}

/** Writes fields whose names are no words, and gives how many. */
function unknownFields(value: Container, others: readonly string[], depth: number): number {
  let count = 0;
  for (const name of others) {
    const given = value[name];
    if (given === undefined) continue;
    field(NO_WORD, name, depth);
    content(given, depth, record);
    count += 1;
  }
  return count;
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
