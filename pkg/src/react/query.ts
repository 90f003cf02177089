import { useCallback, useMemo, useSyncExternalStore } from "react";
import { cacheOf, type Cache } from "./cache.js";
import { LOADING, type Query, type Shown } from "./entry.js";
import { usePipelineRepository } from "./provider.js";

/** What there is to say of an answer that is shown. */
export interface Refreshable {
  /** There is nothing to show yet: not while it is asked again. */
  readonly isLoading: boolean;
  /** Why the last call failed. What was shown before stays. */
  readonly error: Error | undefined;
  /** Asks again; settles when the answer is shown, whatever it is. */
  readonly refresh: () => Promise<void>;
}

export interface Answered<T> extends Refreshable {
  readonly value: T | undefined;
}

/** The answer to a query, which is the same object from render to render. Nothing is asked for `undefined`. */
export function useQuery<T>(query: Query<T> | undefined): Answered<T> {
  const repository = usePipelineRepository();
  const cache = useMemo(() => (repository === null ? undefined : cacheOf(repository)), [repository]);
  const { subscribe, look } = useMemo(() => viewOf(cache, query), [cache, query]);
  const shown = useSyncExternalStore(subscribe, look, () => (query === undefined ? NOTHING : LOADING));
  const refresh = useCallback(async () => {
    if (query !== undefined) await cache?.retry(query);
  }, [cache, query]);
  return useMemo(() => {
    const { value, isLoading, error } = shown;
    return { value, isLoading, error, refresh };
  }, [shown, refresh]);
}

const NOTHING: Shown<never> = { isLoading: false };

interface View<T> {
  subscribe: (listener: () => void) => () => void;
  look: () => Shown<T>;
}

/** A component's own view of an answer. A page that another one hides leaves the cache, and comes back as it was. */
function viewOf<T>(cache: Cache | undefined, query: Query<T> | undefined): View<T> {
  if (query === undefined || cache === undefined) {
    const shown = query === undefined ? NOTHING : LOADING;
    return { subscribe: () => nothing, look: () => shown };
  }
  let last: Shown<T> = LOADING;
  return {
    subscribe: (listener) => cache.subscribe(query, listener, last),
    look: () => {
      const shown = cache.shown(query);
      if (shown !== undefined && (shown.value !== undefined || last.value === undefined)) last = shown;
      return last;
    },
  };
}

function nothing(): void {
  // Nobody was told anything.
}
