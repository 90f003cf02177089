import type { Metadata } from "next";
import { Suspense } from "react";
import { PipelineList } from "@/components/pipeline-list";

export const metadata: Metadata = { title: { absolute: "All pipelines · Pipelines" } };

export default function ListPage() {
  return (
    <>
      <h1 className="mb-6 text-2xl font-semibold tracking-tight">All pipelines</h1>
      <Suspense fallback={<p className="hint">Loading…</p>}>
        <PipelineList />
      </Suspense>
      <div className="h-16" />
    </>
  );
}
