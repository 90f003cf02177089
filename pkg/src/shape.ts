// The names of a record's fields and the order that they came in. Most records look like one that was seen before, so the
// words of the names, and their order, are found out once for each shape.
import { ask } from "./core.js";
import { keepKeys } from "./pack.js";

/** The first fields of a record, by name. */
export interface Shape {
  /** In the order of their words. */
  readonly names: readonly string[];
  /** The numbers of the names, ascending. */
  readonly words: readonly number[];
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

/** No record of the contract has more fields. */
const MAX_FIELDS = 32;
/** As many as a program's own records have many times over; more come from somebody who tries orders. */
const MAX_SHAPES = 1_000;

let words: ReadonlyMap<string, number> | undefined;
let nothing = /* @__PURE__ */ shape([], [], true, []);
let shapes = 0;

/** The shape of `value`; `undefined` where a name is no word. */
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
  words ??= ask((core) => new Map((JSON.parse(core.words()) as string[]).map((word, number) => [word, number])));
  const word = words.get(name);
  if (word === undefined || known.given.length === MAX_FIELDS) return undefined;
  if (shapes === MAX_SHAPES) {
    nothing = shape([], [], true, []);
    shapes = 0;
  }
  shapes += 1;
  const place = known.words.filter((before) => before < word).length;
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
  return { names, words, isInOrder, given, last: undefined, next: new Map() };
}
