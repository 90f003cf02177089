"use client";

import type { Pipeline } from "convex-pipelines";
import { usePipeline, useSyncStatus } from "convex-pipelines/react";
import { useParams, useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { forget, handedOver } from "@/lib/created";
import { Failure } from "./failure";
import { GuardedLink } from "./leave-guard";
import { PipelineEditor } from "./pipeline-editor";
import { useHome } from "./repository-provider";
import { RunsPanel } from "./runs-panel";
import { useTitle } from "./use-title";

// A page that was left keeps its state for the back button; a new visit begins afresh, which is what the keys say.
// The list has its state in the address.

export function NewPipeline() {
  const router = useRouter();
  useTitle("New pipeline");
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
  const { failure } = useHome();
  const shown = usePipeline(id);
  const [created] = useState(() => handedOver(id));
  useEffect(forget, []);
  const current = shown.pipeline === undefined ? created : shown.pipeline;
  const [last, setLast] = useState(current);
  if (current != null && current !== last) setLast(current);
  // What is typed into it stays where somebody else deletes it meanwhile; what was never there is not there.
  const pipeline = current ?? last ?? current;
  const isGone = current === null;
  useTitle(pipeline === null ? "Pipeline not found" : pipeline?.name);

  const error = failure?.error ?? shown.error;
  if (shown.pipeline === undefined && error !== undefined) {
    return (
      <>
        <h1 className="mb-4 text-2xl font-semibold tracking-tight">Pipeline</h1>
        <Failure error={error} what="This pipeline could not be loaded." onRetry={() => void shown.refresh()}>
          <GuardedLink href="/" className="button">
            All pipelines
          </GuardedLink>
        </Failure>
      </>
    );
  }
  if (pipeline === undefined) return <p className="hint">Loading…</p>;
  if (pipeline === null) return <NoSuchPipeline />;
  return (
    <>
      <PipelineEditor pipeline={pipeline} created={created} isGone={isGone} />
      {!isGone && <RunsPanel id={pipeline.id} />}
    </>
  );
}

/** A change that the server did not apply, in the editor: on top of what the server has, where it has anything. */
export function EditChange() {
  const { operation } = useParams<{ operation: string }>();
  const outbox = useSyncStatus();
  const need = outbox?.needsYou.find((each) => each.operation === operation);
  const [found, setFound] = useState(need);
  useTitle(found?.mine?.name);
  if (found === undefined && need !== undefined) setFound(need); // settling it must not take the form away
  if (found?.mine == null)
    return <p className="hint">{outbox === undefined ? "Loading…" : "This change was settled."}</p>;
  return <LoadedChange operation={operation} mine={found.mine} theirs={found.theirs} isGone={found.why === "gone"} />;
}

function LoadedChange(props: { operation: string; mine: Pipeline; theirs: Pipeline | undefined; isGone: boolean }) {
  const { operation, mine, theirs, isGone } = props;
  const { pipeline, isLoading } = usePipeline(mine.id);
  if (isGone || theirs !== undefined)
    return <PipelineEditor pipeline={isGone ? undefined : theirs} waiting={{ operation, mine }} />;
  if (isLoading) return <p className="hint">Loading…</p>;
  return <PipelineEditor pipeline={pipeline ?? undefined} waiting={{ operation, mine }} />;
}

function NoSuchPipeline() {
  return (
    <div className="py-10">
      <h1 className="text-2xl font-semibold tracking-tight">Pipeline not found</h1>
      <p className="mt-3 text-soft">It was deleted, or it belongs to another account.</p>
      <GuardedLink href="/" className="button mt-6">
        All pipelines
      </GuardedLink>
    </div>
  );
}
