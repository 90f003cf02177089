"use client";

import { useMemo, useState } from "react";

export interface Folding {
  folded: ReadonlySet<string>;
  /** Folds a step, or unfolds it. */
  toggle: (id: string) => void;
  /** Folds exactly these. */
  set: (ids: Iterable<string>) => void;
  unfold: (ids: Iterable<string>) => void;
}

/** Which steps show no more than a line, by their ids. */
export function useFolding(): Folding {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const acts = useMemo(() => {
    const without = (before: ReadonlySet<string>, ids: Iterable<string>) => {
      const left = new Set(before);
      for (const id of ids) left.delete(id);
      return left.size === before.size ? before : left;
    };
    return {
      toggle: (id: string) => {
        setFolded((before) => (before.has(id) ? without(before, [id]) : new Set(before).add(id)));
      },
      set: (ids: Iterable<string>) => {
        setFolded(new Set(ids));
      },
      unfold: (ids: Iterable<string>) => {
        setFolded((before) => without(before, ids));
      },
    };
  }, []);
  return useMemo(() => ({ folded, ...acts }), [folded, acts]);
}
