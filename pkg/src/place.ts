// The order of lists, without a call for every two items: the core is asked once for what each letter sorts as, and for
// the order of two names only where the first letters that differ do not tell.
import { askFirst, call, noRoom } from "./core.js";
import { PipelineError } from "./error.js";

/** What a list is sorted by. */
export interface Place {
  readonly name: string;
  readonly id: string;
}

/** From here on a unit is no character of its own, or sorts elsewhere than its number says. */
const FIRST_UNUSUAL = 0xd800;

const UNUSUAL = /[\ud800-\uffff]/;
const UNLIMITED = { unlimited: true } as const;

/** What each unit sorts as; 0 where nobody has asked, or where the core must see the whole name. */
let keys: Uint16Array | undefined;

/** The order of two places: below, at or above 0. */
export function comparePlaces(a: Place, b: Place): number {
  const order = compareNames(a.name, b.name);
  if (order !== 0) return order;
  try {
    return askFirst((core) => core.comparePipelines(a.name, a.id, b.name, b.id));
  } catch (thrown) {
    throw thrown instanceof PipelineError ? thrown : noRoom();
  }
}

/** The items in the order of their places. */
export function sorted<Item>(places: readonly (Place & { item: Item })[]): Item[] {
  const text = places.map(({ name }) => name).join("\n");
  // Without such units keys sort as `<` has it. A name of several lines gives more keys than there are names.
  const keys = UNUSUAL.test(text) ? [] : nameKeys(text);
  if (keys.length !== places.length) return [...places].sort(comparePlaces).map(({ item }) => item);
  const keyed = places.map((place, at) => ({ place, key: keys[at] ?? "" }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key === b.key ? comparePlaces(a.place, b.place) : 1));
  return keyed.map(({ place }) => place.item);
}

/** The order of two names, or 0 where it is not plain to see. */
function compareNames(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const one = a.charCodeAt(at);
    const other = b.charCodeAt(at);
    if (one !== other) return one < FIRST_UNUSUAL && other < FIRST_UNUSUAL ? compareUnits(one, other) : 0;
  }
  return a.length - b.length;
}

function compareUnits(a: number, b: number): number {
  keys ??= new Uint16Array(FIRST_UNUSUAL);
  const one = (keys[a] ||= keyOf(a));
  const other = (keys[b] ||= keyOf(b));
  return one === 0 || other === 0 ? 0 : one - other;
}

function keyOf(unit: number): number {
  const [key = ""] = nameKeys(String.fromCharCode(unit));
  return key.length === 1 && key.charCodeAt(0) < FIRST_UNUSUAL ? key.charCodeAt(0) : 0;
}

/** What each line of a text sorts as. */
function nameKeys(text: string): string[] {
  return call("nameKeys", (packer) => packer.add(text, UNLIMITED));
}
