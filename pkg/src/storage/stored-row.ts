// What stands in a database may be anything that a structured clone can carry: other code of the origin can write it.
import { foldId } from "../ident.js";
import { packed } from "../core.js";
import type { Row } from "./storage.js";

/** Of a document itself: the levels that count begin with it. */
const DOCUMENT = { unlimited: true } as const;

/**
 * The row as it is stored: its document is packed, as the core reads it. A browser reads and writes bytes much faster than
 * objects, and what this version cannot read stays as it is.
 */
export function storedOf(row: Row): Row {
  const { document } = row;
  const isRead = typeof document === "object" && document !== null && !(document instanceof Uint8Array);
  return isRead ? { ...row, document: packed((packer) => packer.add(document, DOCUMENT)) } : row;
}

/**
 * The row of a key, for the core to read. Where no row stands there, one that has nothing but the key's id: the core
 * names it as damaged, and gives its id to nobody.
 */
export function rowOf(key: readonly IDBValidKey[], value: unknown): Row {
  const id = key[1];
  const isPair = key.length === 2 && typeof id === "string";
  const isRow = isPair && (isStored(value, id) || (isTree(value) && isRecord(value) && stands(value, id)));
  const row: unknown = isRow ? value : { id: typeof id === "string" ? id : JSON.stringify(id ?? null) };
  return row as Row;
}

export function rowsOf(keys: readonly IDBValidKey[][], values: readonly unknown[]): Row[] {
  return keys.map((key, index) => rowOf(key, values[index]));
}

/**
 * The rows of values in the order of their keys, where each can only stand under its own id: all are as {@link storedOf}
 * makes them, and in that order. A row of that form that other code has put between the same two others passes for its
 * own; it is found out when it is written.
 */
export function rowsIfStored(values: readonly unknown[]): Row[] | undefined {
  let last = "";
  for (const value of values) {
    const { id } = (value ?? {}) as Partial<Row>;
    if (typeof id !== "string" || id <= last || !isStored(value, id)) return undefined;
    last = id;
  }
  return values as Row[];
}

/** Whether it is as {@link storedOf} makes it; what the document is, the core says. */
function isStored(value: unknown, id: string): boolean {
  if (typeof value !== "object" || value === null || !("id" in value) || !("document" in value)) return false;
  const { id: own, document } = value;
  if (typeof own !== "string" || (own !== id && foldId(own) !== foldId(id)) || !(document instanceof Uint8Array)) return false;
  for (const field of Object.values(value)) if (typeof field === "object" && field !== document) return false;
  return true;
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
