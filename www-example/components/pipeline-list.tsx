"use client";

import { PipelineError, type PipelineErrorData, type PipelineListItem } from "convex-pipelines";
import { usePipelines, useSyncStatus } from "convex-pipelines/react";
import { useDeferredValue, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { takeDeleted } from "@/lib/deleted";
import { PAGE, countsOf, isShown, searched } from "@/lib/list-view";
import { DeleteQuestion } from "./delete-question";
import { Failure } from "./failure";
import { ListWhileLoading } from "./first-list";
import { GuardedLink } from "./leave-guard";
import { ListNotice } from "./list-notice";
import { ListToolbar } from "./list-toolbar";
import { PipelineRows } from "./pipeline-rows";
import { useDevice, useHome, whyVolatile } from "./repository-provider";
import { useListView } from "./use-list-view";
import { useTitle } from "./use-title";
import { useRowActions, type Notice } from "./use-row-actions";

/** The list with what can be done with it: found, turned over, and worked on row by row. */
export function PipelineList() {
  useTitle("All pipelines");
  const shown = usePipelines();
  const { repository, shared, server, failure } = useHome();
  const [notice, setNotice] = useState<Notice>();
  const [onDevice, setOnDevice] = useState(false);
  const [asked, setAsked] = useState<PipelineListItem>();
  const actions = useRowActions(setNotice, (item) => {
    // What this browser alone keeps can be restored as it was, and nothing asks then.
    if (server === "none") void actions.remove(item);
    else setAsked(item);
  });

  // Whoever comes back later does not ask for it.
  useEffect(() => () => setNotice(undefined), []);

  // The editor leads here after it has deleted.
  const sayDeleted = useEffectEvent(() => {
    const deleted = repository === null ? undefined : takeDeleted();
    if (deleted !== undefined) actions.sayDeleted(deleted);
  });
  useEffect(() => sayDeleted(), [repository]);

  const again = () => void shown.refresh();
  const pipelines = shown.pipelines ?? (onDevice ? [] : undefined);
  const error = failure?.error ?? shown.error;
  if (pipelines === undefined) {
    if (error === undefined) return <ListWhileLoading />;
    return (
      <Failure
        error={error}
        what="Your pipelines could not be loaded, and this device has no copy of them."
        onRetry={again}
        onDevice={shared && (() => setOnDevice(true))}
      />
    );
  }
  return (
    <>
      <ListNotice notice={notice} onDismiss={() => setNotice(undefined)} />
      {pipelines.length === 0 ? (
        <NothingHere isDeviceEnough={onDevice} onRetry={again} onDevice={() => setOnDevice(true)} />
      ) : (
        <FoundPipelines all={pipelines} actions={actions} onDue={shown.refresh} />
      )}
      <DeleteQuestion
        name={asked?.name ?? ""}
        open={asked !== undefined}
        onCancel={() => setAsked(undefined)}
        onConfirm={() => {
          setAsked(undefined);
          if (asked !== undefined) void actions.remove(asked);
        }}
      />
    </>
  );
}

function FoundPipelines({
  all,
  actions,
  onDue,
}: {
  all: readonly PipelineListItem[];
  actions: ReturnType<typeof useRowActions>;
  onDue: () => Promise<void>;
}) {
  const { view, change, type, settle } = useListView();
  const top = useRef<HTMLDivElement>(null);
  const search = useDeferredValue(view.search);
  const counts = useMemo(() => countsOf(all), [all]);
  const found = useMemo(
    () =>
      searched(
        all.filter((item) => isShown(item, view.filter)),
        search,
      ),
    [all, view.filter, search],
  );
  const pages = Math.ceil(found.length / PAGE);
  const page = Math.min(view.page, Math.max(pages - 1, 0));
  const shown = useMemo(() => found.slice(page * PAGE, (page + 1) * PAGE), [found, page]);

  const turnTo = (next: number) => {
    change({ page: next });
    top.current?.focus({ preventScroll: true });
    top.current?.scrollIntoView();
  };

  return (
    <>
      <ListToolbar
        search={view.search}
        onSearch={type}
        onSearched={settle}
        filter={view.filter}
        onFilter={(filter) => change({ filter, page: 0 })}
        counts={counts}
        found={found.length}
      />
      <div
        ref={top}
        tabIndex={-1}
        role="group"
        aria-label={pages > 1 ? `Pipelines, page ${page + 1} of ${pages}` : "Pipelines"}
        className="scroll-mt-4 outline-none"
      >
        {shown.length === 0 ? (
          <p className="mt-10">No pipelines match.</p>
        ) : (
          <PipelineRows pipelines={shown} actions={actions} onDue={onDue} />
        )}
      </div>
      {pages > 1 && (
        <nav aria-label="Pages" className="mt-6 flex items-center gap-3">
          <button type="button" className="button" disabled={page === 0} onClick={() => turnTo(page - 1)}>
            Previous
          </button>
          <span className="hint">
            Page {page + 1} of {pages}
          </span>
          <button type="button" className="button" disabled={page === pages - 1} onClick={() => turnTo(page + 1)}>
            Next
          </button>
        </nav>
      )}
    </>
  );
}

/** There are no pipelines, as far as anybody knows: a server that does not answer may have some. */
function NothingHere({
  isDeviceEnough,
  onRetry,
  onDevice,
}: {
  isDeviceEnough: boolean;
  onRetry: () => void;
  onDevice: () => void;
}) {
  const outbox = useSyncStatus();
  if (outbox === undefined || outbox.remote === "reached" || isDeviceEnough) return <NoPipelines />;
  if (outbox.lastError === undefined) return <p className="hint">Waiting for the server…</p>;
  return (
    <Failure
      error={new PipelineError(outbox.lastError as PipelineErrorData)}
      what="Your pipelines could not be loaded, and this device has no copy of them."
      onRetry={onRetry}
      onDevice={onDevice}
    />
  );
}

function NoPipelines() {
  const { server } = useHome();
  const volatile = whyVolatile(useDevice());
  return (
    <div className="max-w-prose py-10">
      <h2 className="text-xl font-semibold tracking-tight">No pipelines yet</h2>
      <p className="mt-3 text-soft">
        A pipeline takes a text through steps, such as clean, summarise and translate.{" "}
        {server === "none"
          ? `This server does not run pipelines: what you make here ${volatile === undefined ? "is stored in this browser" : "lasts until this page is closed"}.`
          : "It runs on a schedule or on request."}
      </p>
      <GuardedLink href="/pipelines/new" className="button button-primary mt-6">
        Create your first pipeline
      </GuardedLink>
      <p className="mt-8 text-sm text-soft">
        Expected to see pipelines here? This page shows the pipelines of this browser. If you made them in another one,
        export them there and{" "}
        <GuardedLink href="/settings" className="link">
          import them here
        </GuardedLink>
        .
      </p>
    </div>
  );
}
