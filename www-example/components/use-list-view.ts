"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { addressOf, viewOf, type ListView } from "@/lib/list-view";

/** Browsers allow few changes of the address, and a search is typed letter by letter. */
const TYPING_MS = 300;

/** What the list shows, as the address says it: it survives a reload, and Back returns to it. */
export function useListView(): [ListView, (change: Partial<ListView>) => void, (search: string) => void] {
  const parameters = useSearchParams();
  const address = parameters.toString();
  const there = viewOf(parameters);
  const [typed, setTyped] = useState<string>();
  const view = typed === undefined ? there : { ...there, search: typed, page: 0 };

  // The address has come to what was typed, or leads elsewhere.
  const [seen, setSeen] = useState(address);
  const [written, setWritten] = useState<string>();
  if (address !== seen) {
    setSeen(address);
    if (typed === undefined || typed === written || there.search !== written) setTyped(undefined);
  }

  useEffect(() => {
    if (typed === undefined) return;
    const timer = setTimeout(() => {
      const next = addressOf({ ...viewOf(new URLSearchParams(location.search)), search: typed, page: 0 });
      if (next === location.pathname + location.search) {
        setTyped(undefined);
        return;
      }
      setWritten(typed);
      history.replaceState(null, "", next);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const change = (part: Partial<ListView>) => {
    setTyped(undefined);
    history.pushState(null, "", addressOf({ ...view, ...part }));
  };
  return [view, change, setTyped];
}
