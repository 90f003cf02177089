import type { Metadata } from "next";
import { Suspense } from "react";
import { EditChange } from "@/components/pipeline-pages";

export const metadata: Metadata = { title: "Edit a change" };

export default function ChangePage() {
  return (
    <Suspense fallback={<p className="hint">Loading…</p>}>
      <EditChange />
    </Suspense>
  );
}
