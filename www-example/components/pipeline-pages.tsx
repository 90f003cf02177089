"use client";

import { useParams, useRouter } from "next/navigation";
import { GuardedLink } from "./leave-guard";
import { PipelineEditor } from "./pipeline-editor";
import { PipelineList } from "./pipeline-list";
import { useLoaded } from "./repository-provider";

// A page that was left keeps its state for the back button; a new visit begins afresh, which is what the keys say.

export function AllPipelines() {
  const { bfcacheId } = useRouter();
  return <PipelineList key={bfcacheId} />;
}

export function NewPipeline() {
  const { bfcacheId } = useRouter();
  return <PipelineEditor key={bfcacheId} />;
}

export function EditPipeline() {
  const { id } = useParams<{ id: string }>();
  const { bfcacheId } = useRouter();
  const [pipeline] = useLoaded((repository) => repository.get(id), id);

  if (pipeline.state === "loading") return <p className="hint">Looking…</p>;
  if (pipeline.state === "failed") {
    return (
      <p role="alert" className="issue">
        {pipeline.message}
      </p>
    );
  }
  if (pipeline.value === null) return <NoSuchPipeline />;
  return <PipelineEditor key={`${bfcacheId} ${pipeline.value.id}`} pipeline={pipeline.value} />;
}

function NoSuchPipeline() {
  return (
    <div className="py-10">
      <h1 className="text-2xl font-semibold tracking-tight">There is no such pipeline</h1>
      <p className="mt-3 text-soft">It was deleted, or it belongs to somebody else.</p>
      <GuardedLink href="/" className="button mt-6">
        All pipelines
      </GuardedLink>
    </div>
  );
}
