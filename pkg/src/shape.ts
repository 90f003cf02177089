// The names of a record's fields and the order that they came in. Most records look like one that was seen before, so the
// words of the names, and their order, are found out once for each shape.
import { keepKeys } from "./pack.js";
import { wordList } from "./words.js";

/** The first fields of a record, by name. */
export interface Shape {
  /** In the order of their words; those that are none come last. */
  readonly names: readonly string[];
  /** The numbers of the names, ascending, and {@link NO_WORD} for the others. */
  readonly words: readonly number[];
  /** Whether all names are words. */
  readonly isKnown: boolean;
  /** Whether the fields came in that order. */
  readonly isInOrder: boolean;
  /** In the order in which they came. */
  readonly given: readonly string[];
  /** What came next the last time, and each time. */
  last: Step | undefined;
  readonly next: Map<string, Step>;
}

interface Step {
  readonly name: string;
  readonly shape: Shape;
}

/** What stands for a name that is no word. */
export const NO_WORD = -1;

/** No record of the contract has more fields. */
const MAX_FIELDS = 32;
/** No word is nearly as long, and many shapes are kept. */
const MAX_NAME_UNITS = 64;
/** As many as a program's own records have many times over; more come from somebody who tries orders. */
const MAX_SHAPES = 1_000;

let words: ReadonlyMap<string, number> | undefined;
let nothing = /* @__PURE__ */ shape([], [], true, []);
let shapes = 0;

/** The shape of `value`; `undefined` where it has too many fields, or one of too long a name. */
export function shapeOf(value: object): Shape | undefined {
  let found = nothing;
  let others: string[] | undefined;
  for (const name in value) {
    if (others !== undefined) {
      others.push(name);
      continue;
    }
    let step = found.last;
    if (step?.name !== name) {
      step = found.next.get(name) ?? extend(found, name);
      found.last = step;
    }
    if (step === undefined) others = [...found.given, name];
    else found = step.shape;
  }
  if (others === undefined) return found;
  // Listing a million names takes long enough to be done once.
  if (others.length > MAX_FIELDS) keepKeys(value, others);
  return undefined;
}

function extend(known: Shape, name: string): Step | undefined {
  words ??= new Map(wordList.split(" ").map((word, number) => [word, number]));
  const word = words.get(name) ?? NO_WORD;
  if (name.length > MAX_NAME_UNITS || known.given.length === MAX_FIELDS) return undefined;
  if (shapes === MAX_SHAPES) {
    nothing = shape([], [], true, []);
    shapes = 0;
  }
  shapes += 1;
  const place = word === NO_WORD ? known.words.length : known.words.filter((before) => before !== NO_WORD && before < word).length;
  const step = {
    name,
    shape: shape(
      inserted(known.names, place, name),
      inserted(known.words, place, word),
      known.isInOrder && place === known.words.length,
      [...known.given, name],
    ),
  };
  known.next.set(name, step);
  return step;
}

function inserted<T>(items: readonly T[], place: number, item: T): T[] {
  return [...items.slice(0, place), item, ...items.slice(place)];
}

function shape(names: readonly string[], words: readonly number[], isInOrder: boolean, given: readonly string[]): Shape {
  return { names, words, isKnown: !words.includes(NO_WORD), isInOrder, given, last: undefined, next: new Map() };
}
