// A value as a form holds it: all of it text.
import type { Fields } from "./changed.js";

/** The same with text for everything that is no text, nested as it was; `null` and what is absent say nothing. */
export function inText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inText);
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.fromEntries(fields.map(([name, field]) => [name, inText(field)]));
  }
  return textOf(value);
}

/** The fields of a flat form, whose names are paths. A record of nothing has no field. */
export function named(value: Fields, style: "brackets" | "dots"): [name: string, text: string][] {
  const enter = (path: string, step: string, place: boolean): string =>
    path === "" ? step : place && style === "brackets" ? `${path}[${step}]` : `${path}.${step}`;
  const walk = (inner: unknown, path: string): [string, string][] => {
    if (inner === undefined) return [];
    if (typeof inner !== "object" || inner === null) return [[path, textOf(inner)]];
    return Object.entries(inner).flatMap(([step, field]) => walk(field, enter(path, step, Array.isArray(inner))));
  };
  return walk(value, "");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value);
}
