"use client";

import { useParams, useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { forget, handedOver } from "@/lib/created";
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
  const router = useRouter();
  // Where a creation leads: one shell for every pipeline, here before the network may be gone.
  useEffect(() => {
    router.prefetch("/pipelines/-");
  }, [router]);
  return <PipelineEditor key={router.bfcacheId} />;
}

export function EditPipeline() {
  const { id } = useParams<{ id: string }>();
  const { bfcacheId } = useRouter();
  return <LoadedEditor key={`${bfcacheId} ${id}`} id={id} />;
}

function LoadedEditor({ id }: { id: string }) {
  const [loaded] = useLoaded((repository) => repository.get(id), id);
  const [created] = useState(() => handedOver(id));
  useEffect(forget, []);

  if (loaded.state === "failed") {
    return (
      <p role="alert" className="issue">
        {loaded.message}
      </p>
    );
  }
  const pipeline = loaded.state === "ready" ? loaded.value : created;
  if (pipeline === undefined) return <p className="hint">Looking…</p>;
  if (pipeline === null) return <NoSuchPipeline />;
  return <PipelineEditor pipeline={pipeline} created={created} />;
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
