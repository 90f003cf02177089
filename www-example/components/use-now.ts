"use client";

import { useEffect, useState } from "react";

const QUARTER_MS = 15 * 60 * 1_000;
/** Timers may come early. */
const LATE_MS = 20;

/**
 * The time, renewed when `nextChange` says that something reads otherwise, each quarter of an hour (midnight of every zone
 * is at one), and when the page is seen again.
 */
export function useNow(nextChange: (now: number) => number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  const change = Math.min(nextChange(now) ?? Infinity, (Math.floor(now / QUARTER_MS) + 1) * QUARTER_MS);

  useEffect(() => {
    const renew = () => {
      setNow(Date.now());
    };
    const timer = setTimeout(renew, Math.max(change - Date.now(), 0) + LATE_MS);
    document.addEventListener("visibilitychange", renew);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", renew);
    };
  }, [change, now]);

  return now;
}
