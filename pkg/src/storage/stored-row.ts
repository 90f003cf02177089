// What stands in a database may be anything that a structured clone can carry: other code of the origin can write it.
import { foldId } from "../ident.js";
import type { Row } from "./storage.js";

/**
 * The row of a key, for the core to read. Where no row stands there, one that has nothing but the key's id: the core
 * names it as damaged, and gives its id to nobody.
 */
export function rowOf(key: readonly IDBValidKey[], value: unknown): Row {
  const id = key[1];
  const isRow = key.length === 2 && typeof id === "string" && isTree(value) && isRecord(value) && stands(value, id);
  const row: unknown = isRow ? value : { id: typeof id === "string" ? id : JSON.stringify(id ?? null) };
  return row as Row;
}

/** Whether row and document say of themselves what the key says. */
function stands(row: Record<string, unknown>, id: string): boolean {
  const isOf = ({ id: own }: Record<string, unknown>): boolean => typeof own === "string" && foldId(own) === foldId(id);
  const { document } = row;
  return isOf(row) && (document === null || (isRecord(document) && isOf(document)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether JSON can say the same: no dates, maps or blobs, and no object in two places, which a walk may never leave. */
export function isTree(root: unknown): boolean {
  const seen = new Set<object>();
  const rest: unknown[] = [root];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return false;
    if (typeof value !== "object" || value === null) continue;
    if (seen.has(value) || !isPlain(value)) return false;
    seen.add(value);
    for (const each of Object.values(value)) rest.push(each);
  }
  return true;
}

/** A list without gaps, or a record. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return Object.keys(value).length === value.length;
  return Object.getPrototypeOf(value) === Object.prototype;
}
