// The names of a record's fields, and the order that they came in. Most records look like one that was seen before, so what
// follows from their names is found out once for each shape.
import { keepKeys } from "./pack.js";

/** No record of the contract has more fields. */
const MAX_FIELDS = 32;
/** No word is nearly as long, and many shapes are kept. */
const MAX_NAME_UNITS = 64;
/** As many as a program's own records have many times over; more come from somebody who tries orders. */
const MAX_SHAPES = 1_000;

/** The first fields of a record, by name. */
interface Shape<Known> {
  readonly known: Known;
  /** In the order in which they came. */
  readonly names: readonly string[];
  /** What came next the last time, and each time. */
  last: Step<Known> | undefined;
  readonly next: Map<string, Step<Known>>;
}

interface Step<Known> {
  readonly name: string;
  readonly shape: Shape<Known>;
}

/** The shapes of one kind of records, and what is known of each. */
export class Shapes<Known> {
  readonly #add: (known: Known, name: string) => Known;
  #empty: Shape<Known>;
  #count = 0;

  /** What is known of a record without fields, and what a further field makes of that. */
  constructor(empty: Known, add: (known: Known, name: string) => Known) {
    this.#add = add;
    this.#empty = { known: empty, names: [], last: undefined, next: new Map() };
  }

  /** What is known of `value`; `undefined` where it has too many fields, or one of too long a name. */
  of(value: object): Known | undefined {
    let found = this.#empty;
    let others: string[] | undefined;
    for (const name in value) {
      if (others !== undefined) {
        others.push(name);
        continue;
      }
      let step = found.last;
      if (step?.name !== name) {
        step = found.next.get(name) ?? this.#extend(found, name);
        found.last = step;
      }
      if (step === undefined) others = [...found.names, name];
      else found = step.shape;
    }
    if (others === undefined) return found.known;
    // Listing a million names takes long enough to be done once.
    if (others.length > MAX_FIELDS) keepKeys(value, others);
    return undefined;
  }

  #extend({ known, names, next }: Shape<Known>, name: string): Step<Known> | undefined {
    if (name.length > MAX_NAME_UNITS || names.length === MAX_FIELDS) return undefined;
    if (this.#count === MAX_SHAPES) {
      this.#empty = { ...this.#empty, last: undefined, next: new Map() };
      this.#count = 0;
    }
    this.#count += 1;
    const shape = { known: this.#add(known, name), names: [...names, name], last: undefined, next: new Map<string, Step<Known>>() };
    const step = { name, shape };
    next.set(name, step);
    return step;
  }
}
