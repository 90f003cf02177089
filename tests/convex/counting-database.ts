/** A database in memory, as large as one likes, that counts what is read of it: only through indexes, as Convex does it. */
import { compareValues, getDocumentSize, type Value } from "convex/values";
import { pipelineTables } from "convex-pipelines/convex";
import BTree from "sorted-btree";

export type Row = Record<string, Value | undefined>;
type Doc = Row & { _id: string; _creationTime: number };
type Key = (Value | undefined | typeof TOP)[];
type Name = keyof typeof pipelineTables;

/** Behind every value. */
const TOP = Symbol("top");

/** What one call has read. */
export interface Reads {
  documents: number;
  bytes: number;
}

interface Index {
  fields: string[];
  keys: BTree<Key, Doc>;
}

export class CountingDatabase {
  readonly reads: Reads = { documents: 0, bytes: 0 };
  readonly #tables = new Map<string, { docs: Map<string, Doc>; indexes: Map<string, Index> }>();
  #inserted = 0;

  constructor() {
    for (const [name, table] of Object.entries(pipelineTables)) {
      const exported = (table as unknown as { export: () => { indexes: { indexDescriptor: string; fields: string[] }[] } }).export();
      const indexes = exported.indexes.map(({ indexDescriptor, fields }): [string, Index] => {
        return [indexDescriptor, { fields: [...fields, "_creationTime", "_id"], keys: new BTree<Key, Doc>(undefined, compareKeys) }];
      });
      this.#tables.set(name, { docs: new Map(), indexes: new Map(indexes) });
    }
  }

  count(table: Name): number {
    return this.#tables.get(table)!.docs.size;
  }

  /** Begins to count anew, and gives what was counted. */
  counted(): Reads {
    const counted = { ...this.reads };
    Object.assign(this.reads, { documents: 0, bytes: 0 });
    return counted;
  }

  // What follows are the methods of a mutation's `ctx.db` that the package uses.

  query(table: Name) {
    return { withIndex: (name: string, range?: (query: Range) => Range) => this.#select(table, name, range?.(new Range()) ?? new Range(), false) };
  }

  insert(table: Name, row: Row): Promise<string> {
    const _id = `${table}|${String(++this.#inserted)}`;
    this.#put(table, { ...row, _id, _creationTime: this.#inserted });
    return Promise.resolve(_id);
  }

  replace(id: string, row: Row): Promise<void> {
    const { table, doc } = this.#take(id);
    this.#put(table, { ...row, _id: doc._id, _creationTime: doc._creationTime });
    return Promise.resolve();
  }

  patch(id: string, fields: Row): Promise<void> {
    const { table, doc } = this.#take(id);
    this.#put(table, { ...doc, ...fields });
    return Promise.resolve();
  }

  delete(id: string): Promise<void> {
    this.#take(id);
    return Promise.resolve();
  }

  #select(table: Name, name: string, range: Range, isDescending: boolean) {
    const { indexes } = this.#tables.get(table)!;
    const index = indexes.get(name)!;
    const next = (key: Key): [Key, Doc] | undefined => (isDescending ? index.keys.nextLowerPair(key) : index.keys.nextHigherPair(key));
    const { low, high } = range;
    const read = (): AsyncGenerator<Doc> => this.#read(next, isDescending ? high : low, isDescending ? low : high);
    const take = async (count: number): Promise<Doc[]> => {
      const docs: Doc[] = [];
      if (count > 0) for await (const doc of read()) if (docs.push(doc) === count) break;
      return docs;
    };
    return {
      order: (order: "asc" | "desc") => this.#select(table, name, range, order === "desc"),
      take,
      first: async () => (await take(1))[0] ?? null,
      unique: async () => {
        const [doc, other] = await take(2);
        if (other) throw new Error("not unique");
        return doc ?? null;
      },
      [Symbol.asyncIterator]: read,
    };
  }

  /** Step by step, so that what is written meanwhile is seen as it stands then. */
  async *#read(next: (key: Key) => [Key, Doc] | undefined, from: Key, to: Key): AsyncGenerator<Doc> {
    const isForward = compareKeys(from, to) <= 0;
    let key = from;
    for (;;) {
      const [found, doc] = next(key) ?? [];
      if (!found || !doc || compareKeys(found, to) > 0 === isForward) return;
      key = found;
      this.reads.documents++;
      this.reads.bytes += getDocumentSize(doc as never);
      yield await Promise.resolve(doc);
    }
  }

  #put(table: string, doc: Doc): void {
    const given = Object.fromEntries(Object.entries(doc).filter(([, value]) => value !== undefined)) as Doc;
    const { docs, indexes } = this.#tables.get(table)!;
    docs.set(given._id, given);
    for (const { fields, keys } of indexes.values()) keys.set(fields.map((field) => given[field]), given);
  }

  #take(id: string): { table: string; doc: Doc } {
    const table = id.split("|")[0]!;
    const { docs, indexes } = this.#tables.get(table)!;
    const doc = docs.get(id)!;
    docs.delete(id);
    for (const { fields, keys } of indexes.values()) keys.delete(fields.map((field) => doc[field]));
    return { table, doc };
  }
}

/** The part of an index that is read. */
class Range {
  readonly #equal: Key = [];
  #low: Key = [];
  #high: Key = [TOP];

  get low(): Key {
    return [...this.#equal, ...this.#low];
  }

  get high(): Key {
    return [...this.#equal, ...this.#high];
  }

  eq(_: string, value: Value | undefined): this {
    this.#equal.push(value);
    return this;
  }

  gt(_: string, value: Value | undefined): this {
    this.#low = [value, TOP];
    return this;
  }

  gte(_: string, value: Value | undefined): this {
    this.#low = [value];
    return this;
  }

  lt(_: string, value: Value | undefined): this {
    this.#high = [value];
    return this;
  }

  lte(_: string, value: Value | undefined): this {
    this.#high = [value, TOP];
    return this;
  }
}

/** As Convex orders values, field by field; what is shorter comes first. */
function compareKeys(one: Key, other: Key): number {
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const [a, b] = [one[at], other[at]];
    if (a === b) continue;
    if (a === TOP) return 1;
    if (b === TOP) return -1;
    const order = compareValues(a as Value | undefined, b as Value | undefined);
    if (order !== 0) return order;
  }
  return one.length - other.length;
}
