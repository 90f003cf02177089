"use client";

import { Suspense, use, type ReactNode } from "react";
import { moduleLoaded } from "@/lib/module";

/** Comes alive once the package can be used. What the server has drawn is shown and can be typed in meanwhile. */
export function ModuleLoaded({ children }: { children: ReactNode }) {
  return (
    <Suspense>
      <Loaded>{children}</Loaded>
    </Suspense>
  );
}

function Loaded({ children }: { children: ReactNode }) {
  if (moduleLoaded !== undefined) use(moduleLoaded);
  return children;
}
