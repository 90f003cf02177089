/** What the list shows: a search, a filter and a page, as they stand in the address. */
import type { PipelineListItem } from "convex-pipelines";
import { statusOf } from "./runs";
import { scheduleWords } from "./schedule-words";

export const filters = { all: "All", scheduled: "Scheduled", paused: "Paused", failed: "Failed last" } as const;
export type Filter = keyof typeof filters;

export interface ListView {
  search: string;
  filter: Filter;
  /** Counted from 0. */
  page: number;
}

/** How many stand on a page. */
export const PAGE = 50;

/** A page of the list, before this browser knows any more of it. */
export interface FirstList {
  view: ListView;
  shown: readonly PipelineListItem[];
  counts: Record<Filter, number>;
  found: number;
}

export function firstList(pipelines: readonly PipelineListItem[], view: ListView): FirstList {
  const found = searched(
    pipelines.filter((item) => isShown(item, view.filter)),
    view.search,
  );
  const shown = found.slice(view.page * PAGE, (view.page + 1) * PAGE);
  return { view, shown, counts: countsOf(pipelines), found: found.length };
}

export function countsOf(pipelines: readonly PipelineListItem[]): Record<Filter, number> {
  const count = (filter: Filter) => pipelines.filter((item) => isShown(item, filter)).length;
  return { all: count("all"), scheduled: count("scheduled"), paused: count("paused"), failed: count("failed") };
}

export function viewOf(parameters: { get: (name: string) => string | null }): ListView {
  const filter = parameters.get("show") ?? "all";
  const page = Number(parameters.get("page") ?? 1);
  return {
    search: parameters.get("search") ?? "",
    filter: isFilter(filter) ? filter : "all",
    page: Number.isSafeInteger(page) && page > 0 ? page - 1 : 0,
  };
}

/** The address of a view; what is as usual is left out. */
export function addressOf({ search, filter, page }: ListView): string {
  const parameters = new URLSearchParams();
  if (search.trim() !== "") parameters.set("search", search);
  if (filter !== "all") parameters.set("show", filter);
  if (page > 0) parameters.set("page", String(page + 1));
  return parameters.size === 0 ? "/" : `/?${parameters.toString()}`;
}

export function isShown({ schedule, lastRunStatus }: PipelineListItem, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "scheduled":
      return schedule !== undefined && schedule.enabled !== false;
    case "paused":
      return schedule?.enabled === false;
    case "failed":
      return lastRunStatus === "failed";
  }
}

/** Those that have every word of the search, in any order; numbers in their names sort as numbers. */
export function searched(pipelines: readonly PipelineListItem[], search: string): readonly PipelineListItem[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  if (words.length === 0) return pipelines;
  return pipelines
    .filter((item) => {
      const text = textOf(item);
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => natural.compare(a.name, b.name));
}

const natural = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
/** Describing the schedules of thousands takes longer than a key press may. */
const texts = new WeakMap<PipelineListItem, string>();

function textOf(item: PipelineListItem): string {
  let text = texts.get(item);
  if (text === undefined) {
    const { name, description, schedule, lastRunAt, lastRunStatus } = item;
    const lines = [name, description, scheduleWords(schedule, Date.now()).sentence, schedule?.cron];
    lines.push(schedule?.timezone?.replaceAll("_", " "), schedule?.description);
    if (isShown(item, "scheduled")) lines.push("scheduled");
    if (lastRunStatus !== undefined) lines.push(statusOf({ status: lastRunStatus }));
    if (lastRunAt === undefined) lines.push("never run");
    text = plain(lines.filter((line) => typeof line === "string").join("\n"));
    texts.set(item, text);
  }
  return text;
}

/** Without capitals and accents. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function isFilter(word: string): word is Filter {
  return Object.hasOwn(filters, word);
}
