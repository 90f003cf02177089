import { useCallback, useMemo, useSyncExternalStore } from "react";
import { cacheOf } from "./cache.js";
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
  const subscribe = useCallback(
    (listener: () => void) => (query === undefined ? undefined : cache?.subscribe(query, listener)) ?? nothing,
    [cache, query],
  );
  const look = (): Shown<T> => (query === undefined ? NOTHING : (cache?.shown(query) ?? LOADING));
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

function nothing(): void {
  // Nobody was told anything.
}
