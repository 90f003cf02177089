"use client";

import { filters, type Filter } from "@/lib/list-view";

interface ToolbarProps {
  search: string;
  onSearch: (search: string) => void;
  /** The field is left. */
  onSearched: () => void;
  filter: Filter;
  onFilter: (filter: Filter) => void;
  counts: Record<Filter, number>;
  found: number;
}

/** Search and filters of the list, and how much they leave. */
export function ListToolbar({ search, onSearch, onSearched, filter, onFilter, counts, found }: ToolbarProps) {
  const isNarrowed = search.trim() !== "" || filter !== "all";
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-4">
      <label className="w-full sm:w-80">
        <span className="label">Search</span>
        <input
          type="search"
          className="input"
          placeholder="Name, schedule or status"
          value={search}
          onChange={(event) => onSearch(event.target.value)}
          onBlur={onSearched}
        />
      </label>
      <div role="group" aria-label="Filter" className="flex flex-wrap gap-2">
        {(Object.keys(filters) as Filter[]).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={filter === each}
            className="button aria-pressed:border-accent aria-pressed:bg-tint aria-pressed:text-accent"
            onClick={() => onFilter(each)}
          >
            {filters[each]} <span className="font-normal text-soft">{counts[each]}</span>
          </button>
        ))}
      </div>
      <p role="status" aria-label="Pipelines found" className="hint ml-auto sm:leading-10">
        {isNarrowed ? `${found} of ${counted(counts.all)}` : counted(counts.all)}
      </p>
    </div>
  );
}

function counted(count: number): string {
  return count === 1 ? "1 pipeline" : `${count} pipelines`;
}
