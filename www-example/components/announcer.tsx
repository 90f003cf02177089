"use client";

import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";

const PAUSE_MS = 800;

type Say = (source: string, text: string) => void;

const SayContext = createContext<Say>(() => undefined);

/**
 * What a screen reader is told while one types in `children`: nothing until typing pauses, then the last word of each
 * source. A live region beside each field would speak at every key.
 */
export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState("");
  const waiting = useRef(new Map<string, string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { say, wait } = useMemo(() => {
    const speak = () => {
      setSaid([...waiting.current.values()].filter((text) => text !== "").join("\n"));
      waiting.current.clear();
    };
    const wait = () => {
      clearTimeout(timer.current);
      if (waiting.current.size > 0) timer.current = setTimeout(speak, PAUSE_MS);
    };
    const say: Say = (source, text) => {
      waiting.current.set(source, text);
      wait();
    };
    return { say, wait };
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  return (
    <SayContext value={say}>
      <div onInput={wait}>{children}</div>
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </SayContext>
  );
}

/** Tells a screen reader `text` at the next pause; a later text of the same source takes its place. */
export function useSay(): Say {
  return useContext(SayContext);
}

/** Tells a screen reader each new `text`, but for the first. */
export function useSpoken(source: string, text: string, isWanted: () => boolean = always): void {
  const say = useSay();
  const before = useRef(text);
  useEffect(() => {
    if (before.current === text) return;
    before.current = text;
    if (isWanted()) say(source, text);
  });
}

function always(): boolean {
  return true;
}
