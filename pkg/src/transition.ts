// Transitions: what is checked the short way stays here, and the core decides on an outline of it.
import type { TransitionName } from "./calls.js";
import { call, type Pack } from "./core.js";
import { acceptShort, type ShortName } from "./short.js";

type Fields = Record<string, unknown>;

/**
 * Makes one transition of `values`, each with the schema that it must be of; `pack` adds what else the call is given.
 * Values that are declined the short way go to the core whole, which says what is wrong with them.
 */
export function transition<T>(
  name: TransitionName,
  values: readonly (readonly [schema: ShortName, value: unknown])[],
  pack?: Pack,
  clock?: number,
  bytes?: Uint8Array,
): T {
  const held: object[] = [];
  const outlines: Fields[] = [];
  for (const [schema, value] of values) {
    const checked = acceptShort<Fields>(schema, value);
    if (checked === undefined) break;
    outlines.push(outline(checked, held));
  }
  const isChecked = outlines.length === values.length;
  const packValues: Pack = (packer) => {
    for (const value of isChecked ? outlines : values.map(([, given]) => given)) packer.add(value);
    pack?.(packer);
  };
  if (!isChecked) return call(name, packValues, clock, bytes);
  return filled(call<Fields>(`checked.${name}`, packValues, clock, bytes), held) as T;
}

/** The fields of a checked value with a number for each object, which no transition looks into. No field is a number. */
function outline(checked: Fields, held: object[]): Fields {
  for (const [key, field] of Object.entries(checked)) {
    if (typeof field === "object" && field !== null) checked[key] = held.push(field) - 1;
  }
  return checked;
}

/** The answer with the objects back in their places. */
function filled(answer: Fields, held: readonly object[]): Fields {
  for (const [key, field] of Object.entries(answer)) {
    if (typeof field === "number") answer[key] = held[field];
  }
  return answer;
}
