/** Rows as versions other than this one, imports and accidents leave them. */
import { NOBODY, type Backend } from "./backend";

export type Row = Record<string, unknown>;

/** A row as this version writes it. */
export const WHOLE: Row = {
  id: NOBODY,
  name: "Digest",
  nameKey: "digest",
  steps: [{ id: "a", kind: "summarise", options: { bulletCount: 5 } }],
  createdAt: "2026-11-22T20:14:00.000Z",
  updatedAt: "2026-11-22T20:14:00.000Z",
};

export const insert = (t: Backend, row: Row) => t.run((ctx) => ctx.db.insert("pipelines", row as never));

/** Rows that cannot be read at all, with the paths of what is wrong. */
export const DAMAGED: [Row, string[]][] = [
  [{ id: undefined }, ["id"]],
  [{ id: "not-a-uuid-but-a-canary" }, ["id"]],
  [{ id: 7 }, ["id"]],
  [{ name: undefined, nameKey: undefined }, ["name"]],
  [{ name: { canary: true } }, ["name"]],
  [{ name: 7n, nameKey: 7n }, ["name"]],
  [{ name: " ", nameKey: " " }, ["name"]],
  [{ createdAt: undefined, updatedAt: "canary" }, ["createdAt", "updatedAt"]],
  [{ lastRunAt: 1_763_842_440_000 }, ["lastRunAt"]],
];

/** The row without the fields that are `undefined`. */
export function without(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
