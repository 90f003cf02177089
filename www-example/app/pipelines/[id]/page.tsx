import type { Metadata } from "next";
import { Suspense } from "react";
import { EditPipeline } from "@/components/pipeline-pages";

export const metadata: Metadata = { title: "Pipeline" };

export default function EditPage() {
  return (
    <Suspense fallback={<p className="hint">Loading…</p>}>
      <EditPipeline />
    </Suspense>
  );
}
