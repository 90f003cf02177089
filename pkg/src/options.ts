// What a caller gives to a constructor, before any rule has looked at it: it may be no object, and a getter may throw.
import { PipelineError } from "./error.js";

/**
 * The options of these names, each read once; absent options are no options. Throws `config` for what cannot be read,
 * without a word of what was thrown.
 */
export function optionsOf<T extends object>(given: unknown, names: readonly (keyof T & string)[]): Partial<T> {
  if (given === undefined) return {};
  if (typeof given !== "object" || given === null) throw config("options", "must be an object");
  const options: Partial<T> = {};
  for (const name of names) {
    try {
      options[name] = (given as T)[name];
    } catch {
      throw config(name, "cannot be read");
    }
  }
  return options;
}

/** Whether `given` has these methods. */
export function hasMethods(given: unknown, names: readonly string[]): boolean {
  try {
    return names.every((name) => typeof (given as Record<string, unknown>)[name] === "function");
  } catch {
    return false;
  }
}

/** What is thrown for an option that would fail later. */
export function config(name: string, fault: string): PipelineError {
  return new PipelineError({ code: "config", message: `${name} ${fault}` });
}

const MOST_ITEMS = 1_000_000;

/** The items of an array, each read once. Throws `invalid` for what is none, or one that is too long to go through. */
export function itemsOf<Item>(given: readonly Item[]): Item[] {
  try {
    if (Array.isArray(given) && given.length <= MOST_ITEMS) return Array.from<Item>(given);
  } catch {
    // a Proxy or a getter that throws
  }
  throw new PipelineError({ code: "invalid", message: "an array of at most 1,000,000 items is expected" });
}
