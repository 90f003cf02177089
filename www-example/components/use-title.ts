"use client";

import { useEffect } from "react";

/**
 * Names the page in the browser's tab and history; `undefined` leaves the name that its route gave it. A page that follows
 * one with a name of this kind needs one too: the route's own may come before it.
 */
export function useTitle(name: string | undefined): void {
  useEffect(() => {
    if (name !== undefined) document.title = `${name} · Pipelines`;
  }, [name]);
}
