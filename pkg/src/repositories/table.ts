// The working copy of a local repository: a store in the core, and what was read from it since the last change.
import type { ChangeName, StoreCall } from "../calls.js";
import { call, callForText, generation, lost, withPacked, type Pack } from "../core.js";
import type { OutboxRows } from "../outbox/rows.js";
import type { DamagedRow, Planned, Row, TakeRows } from "../storage/storage.js";
import type { Pipeline, PipelineListItem } from "../types.js";
import type { Settings } from "./settings.js";

export type Plan<T> = (table: Table) => Planned<T>;

/** A plan that also decides on what waits for a server. */
export type OutboxPlan<T> = (table: Table, outbox: OutboxRows) => Planned<T>;

/** A row that only this device has. */
export interface UnsentRow {
  id: string;
  /** Whether it stands for a deletion. */
  deleted: boolean;
}

/** A stored pipeline, with its sealed secret and when its schedule fires next. */
export type StoredRow = Record<string, unknown>;

/** Rows stand in a list, their documents in the rows: two levels that are not the document's. */
const ROWS = { wrapping: 2, unlimited: true, kept: true } as const;

/** After more changes than this a list is asked for anew: each moves all items behind it. */
const MOST_STEPS = 1_000;

/** How many rows are read at once: enough for few calls, little enough for no call to need much memory. */
const BATCH = 128;

/** The place that an item leaves in a list, the place that one takes then, and that item. */
type Step = [left: number | null, taken: number | null, item: PipelineListItem | null];

/** A store of the core: its number, and the instance in which that number means it. */
interface Store {
  readonly number: number;
  readonly generation: number;
}

export class Table {
  readonly #store: Store;
  /** What a list holds; nobody else has these objects. */
  #items: PipelineListItem[] | undefined;
  #unsent: string | undefined;
  readonly #documents = new Map<string, string>();

  /** Throws `config` for a bad option. */
  constructor({ accountId, secretStorage, documentText }: Settings) {
    const number = call<number>("store.open", (packer) => packer.add({ accountId, secretStorage, documentText }));
    this.#store = { number, generation: generation() };
    abandoned?.register(this, this.#store, this);
  }

  /** Whether the instance that holds this table still runs. */
  get alive(): boolean {
    return isAlive(this.#store);
  }

  /** Takes the rows in, once, and gives those that the core cannot read. */
  load(rows: readonly Row[]): DamagedRow[] {
    const coming = this.coming();
    coming.take(rows, 0);
    return coming.damaged;
  }

  /** Takes the rows in part by part, once; those that the core cannot read are known with the last part. */
  coming(): { take: TakeRows; damaged: DamagedRow[] } {
    const [all, damaged]: [Row[], DamagedRow[]] = [[], []];
    const take: TakeRows = (rows, partsToCome) => {
      for (const row of rows) all.push(row);
      const batches = Math.max(1, Math.ceil(rows.length / BATCH));
      for (let number = 0; number < batches; number++) {
        const batch = rows.slice(number * BATCH, (number + 1) * BATCH);
        const batchesToCome = batches * (partsToCome + 1) - number - 1; // the parts are about as large
        const answer = withPacked(
          (packer) => packer.add(batch, ROWS),
          (bytes) => this.#ask("load", (packer) => packer.add(batchesToCome * bytes.length), undefined, bytes),
        );
        for (const { index, issues } of JSON.parse(answer) as Omit<DamagedRow, "row">[]) {
          const row = all[index];
          if (row !== undefined) damaged.push({ row, index, issues });
        }
      }
      damaged.sort((a, b) => a.index - b.index);
    };
    return { take, damaged };
  }

  /** Copies, which the caller may change. */
  list(): PipelineListItem[] {
    this.#items ??= JSON.parse(this.#ask("list")) as PipelineListItem[];
    return this.#items.map(copyOf);
  }

  get(id: string): Pipeline | null {
    let document = this.#documents.get(id);
    if (document === undefined) {
      document = this.#ask("get", (packer) => packer.add(id));
      if (document !== "null") this.#documents.set(id, document);
    }
    return JSON.parse(document) as Pipeline | null;
  }

  findByWebhookSecret(secret: string): Pipeline | null {
    return JSON.parse(this.#ask("findByWebhookSecret", (packer) => packer.add(secret))) as Pipeline | null;
  }

  unsent(): UnsentRow[] {
    const unsent = (this.#unsent ??= this.#ask("unsent"));
    return JSON.parse(unsent) as UnsentRow[];
  }

  /** A row as it is stored, for decisions about its runs. */
  row(id: string): StoredRow | null {
    return JSON.parse(this.#ask("row", (packer) => packer.add(id))) as StoredRow | null;
  }

  /** The ids of the pipelines whose schedules have something to do. */
  due(now: number): string[] {
    return JSON.parse(this.#ask("due", undefined, now)) as string[];
  }

  /** Works a change out, with values that are packed already. */
  plan<T>(name: ChangeName, values: Uint8Array, clock?: number, random?: Uint8Array): Planned<T> {
    return JSON.parse(this.#ask(name, (packer) => packer.addPacked(values), clock, random)) as Planned<T>;
  }

  /** What was planned last is written together with what is planned next, and those plans go on from it. */
  group(): void {
    this.#ask("group");
  }

  commit(): void {
    const items = this.#items;
    this.#items = undefined;
    this.#unsent = undefined;
    this.#documents.clear();
    const steps = JSON.parse(this.#ask("commit")) as Step[];
    if (items === undefined || steps.length > MOST_STEPS) return;
    for (const [left, taken, item] of steps) {
      if (left !== null) items.splice(left, 1);
      if (taken !== null && item !== null) items.splice(taken, 0, item);
    }
    this.#items = items;
  }

  rollback(): void {
    this.#ask("rollback");
  }

  /** Convex and old browsers run no finalizers: the core's memory is given back by hand. */
  free(): void {
    abandoned?.unregister(this);
    close(this.#store);
  }

  /** In another instance the number may be another repository's. */
  #ask(name: StoreCall, pack?: Pack, clock?: number, bytes?: Uint8Array): string {
    if (!this.alive) throw lost();
    return callForText(`store.${name}`, withNumber(this.#store, pack), clock, bytes);
  }
}

/** A repository that nobody closed gives its memory back when it is collected, where the host can tell. */
const abandoned =
  typeof FinalizationRegistry === "undefined" ? undefined : /* @__PURE__ */ new FinalizationRegistry<Store>(close);

function close(store: Store): void {
  if (isAlive(store)) call("store.close", withNumber(store));
}

function isAlive(store: Store): boolean {
  return store.generation === generation();
}

function withNumber(store: Store, pack?: Pack): Pack {
  return (packer) => {
    packer.add(store.number);
    pack?.(packer);
    if (!isAlive(store)) throw lost(); // a getter of what was packed has called this package, and lost the instance
  };
}

/** A copy that shares nothing. As rows may hold them, two of its fields can be anything. */
function copyOf(item: PipelineListItem): PipelineListItem {
  const copy: { [Field in keyof PipelineListItem]: unknown } = { ...item };
  if (typeof copy.schedule === "object") copy.schedule = copyOfValue(copy.schedule);
  if (typeof copy.description === "object") copy.description = copyOfValue(copy.description);
  return copy as PipelineListItem;
}

function copyOfValue(value: object | null): unknown {
  const isFlat = value !== null && !Array.isArray(value) && Object.values(value).every((field) => typeof field !== "object");
  return isFlat ? { ...value } : JSON.parse(JSON.stringify(value));
}
