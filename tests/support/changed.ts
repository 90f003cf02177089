// Values that are right by a schema, and changes to them such as people and programs make.
import vectors from "../vectors/model.json" with { type: "json" };
import type { Random } from "./random.js";

export type Fields = Record<string, unknown>;

/** Values that are right, by the name of their schema. */
export const right = (vectors as { schema: string; value: unknown; data?: unknown }[]).filter(
  (each): each is { schema: string; value: Fields; data: Fields } =>
    each.data !== undefined && JSON.stringify(each.value).length < 3_000,
);

class Instance {
  [field: string]: unknown;
}

/** The same fields in an instance of a class, which is read the long way. */
export function inInstance(value: Fields): Fields {
  return Object.defineProperties(new Instance(), Object.getOwnPropertyDescriptors(value));
}

/** Every object within a value; getters are left alone. */
export function objects(value: unknown, found = new Set<unknown>()): Set<unknown> {
  if (typeof value !== "object" || value === null || found.has(value)) return found;
  found.add(value);
  for (const { value: field } of Object.values(Object.getOwnPropertyDescriptors(value))) objects(field, found);
  return found;
}

const ODD: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => 0,
  () => -0,
  () => 7,
  () => 1.5,
  () => NaN,
  () => 2 ** 31,
  () => 10n,
  () => Symbol("s"),
  () => new Date(0),
  () => new Instance(),
  () => Object.assign(new Instance(), { id: "x" }),
  () => Object.create(null) as unknown,
  () => [],
  () => {
    const list = [] as unknown[];
    list.length = 3;
    return list;
  },
  () => ({}),
  () => ({ kind: "url", value: "https://example.org/" }),
  () => "",
  () => " ",
  () => "\u{feff}\u{85} trimmed \u{a0}",
  () => "Übermäßig 🎧 schön",
  () => "\ud83d",
  () => "\ude00",
  () => "x".repeat(300),
  () => "ä".repeat(64),
  () => "custom",
  () => "queue",
  () => "clean",
  () => " 0  7 * * mon-fri ",
  () => "@daily",
  () => "europe/berlin",
  () => "https://example.org/ä?b#c",
  () => "https://münchen.example/",
  () => "3F2B8C1E-4B8E-4A57-9D5E-0A8B3C2D1E0F",
  () => "2026-11-22T20:14:00+01:00",
];

/** Changes a value in one place, as people and programs do. */
export function change(random: Random, value: Fields): void {
  const holders = [...objects(value)].filter((each): each is Fields => !Array.isArray(each));
  const holder = random.pick(holders);
  const keys = Object.keys(holder);
  const key = random.pick(keys.length > 0 ? keys : ["name"]);
  switch (random.below(8)) {
    case 0:
      Reflect.deleteProperty(holder, key);
      return;
    case 1: {
      const fields = random.shuffle(Object.entries(Object.getOwnPropertyDescriptors(holder)));
      for (const each of keys) Reflect.deleteProperty(holder, each);
      for (const [name, field] of fields) Object.defineProperty(holder, name, field);
      return;
    }
    case 2:
      set(holder, random.pick(["colour", "name", "label", "toString", "description", "enabled"]), random.pick(ODD)());
      return;
    case 3:
      Object.defineProperty(holder, key, { get: random.pick([() => holder, () => "text", failing]), enumerable: true, configurable: true });
      return;
    case 4:
      Object.assign(holder, { [Symbol("mark")]: 1 });
      return;
    case 5: {
      const lists = [...objects(value)].filter(Array.isArray) as unknown[][];
      const list = lists[0];
      const item = list?.[0];
      if (list !== undefined) list.push(random.below(2) === 0 ? item : structuredCloneOr(item));
      return;
    }
    default:
      set(holder, key, random.pick(ODD)());
  }
}

/** Also where a getter stands. */
function set(holder: Fields, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function failing(): never {
  throw new RangeError("a getter that throws");
}

function structuredCloneOr(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return {};
  }
}
