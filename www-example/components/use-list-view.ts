"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useEffectEvent, useState } from "react";
import { addressOf, viewOf, type ListView } from "@/lib/list-view";

/** Browsers allow few changes of the address, and a search is typed letter by letter. */
const TYPING_MS = 300;

/** What the list shows, as the address says it: it survives a reload, and Back returns to it. */
export function useListView(): {
  view: ListView;
  change: (part: Partial<ListView>) => void;
  type: (search: string) => void;
  /** At once: the page may be left now. */
  settle: () => void;
} {
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

  /** Brings what was typed into the address. */
  const settle = () => {
    // The field also loses focus with its page, and the address is that of the next one by then.
    if (typed === undefined || location.pathname !== "/") return;
    const next = addressOf(view);
    if (next === location.pathname + location.search) {
      setTyped(undefined);
      return;
    }
    setWritten(typed);
    history.replaceState(null, "", next);
  };
  const settleLater = useEffectEvent(settle);

  useEffect(() => {
    if (typed === undefined) return;
    const timer = setTimeout(() => {
      settleLater();
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed]);

  // A page that was left is kept for the back button: what stands in its address is what it shows then.
  useEffect(
    () => () => {
      setTyped(undefined);
    },
    [],
  );

  const change = (part: Partial<ListView>) => {
    setTyped(undefined);
    history.pushState(null, "", addressOf({ ...view, ...part }));
  };
  return { view, change, type: setTyped, settle };
}
