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
  const there = viewOf(useSearchParams());
  const address = addressOf(there);
  const [typed, setTyped] = useState<string>();
  const view = typed === undefined ? there : { ...there, search: typed, page: 0 };

  // Written here, and on their way: the router brings a new address when it has time, and one may have typed on by then.
  const [coming, setComing] = useState<readonly string[]>([]);
  const [seen, setSeen] = useState(address);
  if (address !== seen) {
    setSeen(address);
    const place = coming.indexOf(address);
    setComing(place < 0 ? [] : coming.slice(place + 1));
    // It leads elsewhere, or has come to what was typed.
    if (place < 0 || addressOf({ ...there, search: typed ?? "" }) === address) setTyped(undefined);
  }

  const write = (how: "pushState" | "replaceState", part: Partial<ListView>) => {
    const now = viewOf(new URLSearchParams(location.search));
    const next = addressOf({ ...now, ...(typed !== undefined && { search: typed, page: 0 }), ...part });
    if (next === location.pathname + location.search) {
      setTyped(undefined);
      return;
    }
    setComing((before) => [...before, next]);
    history[how](null, "", next);
  };

  /** Brings what was typed into the address. */
  const settle = () => {
    // The field also loses focus with its page, and the address is that of the next one by then.
    if (typed !== undefined && location.pathname === "/") write("replaceState", {});
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
    write("pushState", part);
  };
  return { view, change, type: setTyped, settle };
}
