// The transitions: pure, but for the clock and the random bytes that they read at the moment of the call.
import { call, entropy } from "./core.js";
import { itemsOf } from "./options.js";
import { comparePlaces, sorted, type Place } from "./place.js";
import { transition } from "./transition.js";
import type { Instant, Pipeline, PipelineCreateInput, PipelineListItem, PipelineUpdateInput } from "./types.js";

/** What {@link createPipeline} takes from its surroundings unless it is given. */
export interface CreateContext {
  /** A UUID; a new one by default. */
  id?: string | undefined;
  /** 16 to 200 visible ASCII characters; a new UUID by default. */
  webhookSecret?: string | undefined;
  /** The owner, 1 to 200 units. */
  accountId?: string | undefined;
  /** The moment of creation; the host's clock by default. */
  now?: Instant | undefined;
}

/** What {@link updatePipeline} takes from its surroundings unless it is given. */
export interface UpdateContext {
  /** The secret that a rotation sets; a new UUID by default. */
  webhookSecret?: string | undefined;
  /** The moment of the change; the host's clock by default. */
  now?: Instant | undefined;
}

/** Dates are instants in a context. */
const CONTEXT = { dates: true } as const;

/** Makes a pipeline. Throws `invalid` with every issue of input and context. */
export function createPipeline(
  input: PipelineCreateInput,
  context: CreateContext = {},
): Pipeline & { webhookSecret: string } {
  return transition("createPipeline", [["createInput", input]], (packer) => packer.add(context, CONTEXT), Date.now(), entropy());
}

/**
 * Changes a pipeline. The result holds `webhookSecret` where the pipeline had it or where it was rotated; `updatedAt`
 * grows by at least a millisecond, whatever the clock says.
 */
export function updatePipeline(pipeline: Pipeline, input: PipelineUpdateInput, context: UpdateContext = {}): Pipeline {
  const values = [["pipeline", pipeline], ["updateInput", input]] as const;
  return transition("updatePipeline", values, (packer) => packer.add(context, CONTEXT), Date.now(), entropy());
}

/** Notes a completed run. `lastRunAt` never moves backwards, and `updatedAt` stays as it is. */
export function recordRun(pipeline: Pipeline, completedAt: string): Pipeline {
  return transition("recordRun", [["pipeline", pipeline]], (packer) => packer.add(completedAt));
}

/** What a list shows of a pipeline. */
export function toListItem(pipeline: Pipeline): PipelineListItem {
  return transition("toListItem", [["pipeline", pipeline]]);
}

/**
 * The order of every list: by name without regard to case, then by name, then by id. Throws `invalid` for what has no
 * name and id as strings.
 */
export function comparePipelines(a: PipelineListItem, b: PipelineListItem): number {
  const [first, second] = [placeOf(a), placeOf(b)];
  if (first !== undefined && second !== undefined && isShort(first) && isShort(second)) return comparePlaces(first, second);
  return call("comparePipelines", (packer) => packer.add(a).add(b)); // it says what is missing
}

/**
 * The items in the order of {@link comparePipelines}, as a new array. Name and id of each are read once. Throws `invalid` for an item that has no name and id as strings.
 */
export function sortPipelines<Item extends PipelineListItem>(items: readonly Item[]): Item[] {
  const listed = itemsOf(items);
  const places: (Place & { item: Item })[] = [];
  for (const item of listed) {
    const place = placeOf(item);
    if (place === undefined) call("comparePipelines", (packer) => packer.add(item).add(item)); // it says what is missing
    else places.push({ name: place.name, id: place.id, item });
  }
  return sorted(places);
}

function placeOf(item: unknown): Place | undefined {
  try {
    const { name, id } = item as Record<keyof Place, unknown>;
    return typeof name === "string" && typeof id === "string" ? { name, id } : undefined;
  } catch {
    return undefined;
  }
}

function isShort({ name, id }: Place): boolean {
  return name.length <= MAX_UNITS && id.length <= MAX_UNITS;
}

/** Longer names and ids are read as any other value is, within its limits. */
const MAX_UNITS = 1_000;
