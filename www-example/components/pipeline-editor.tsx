"use client";

import type { Issue, Pipeline } from "convex-pipelines";
import { useEffect, useMemo, useRef, useState } from "react";
import { placeOf, sentenceOf } from "@/lib/issues";
import { longTime, viewerZone } from "@/lib/times";
import { unreadableParts } from "@/lib/unreadable";
import { DeleteQuestion } from "./delete-question";
import { TextArea, TextField } from "./fields";
import { GuardedLink } from "./leave-guard";
import { NothingFires } from "./nothing-fires";
import { usePipelineForm, type WaitingChange } from "./pipeline-form";
import { useHome } from "./repository-provider";
import { SaveBar } from "./save-bar";
import { SchedulePanel } from "./schedule-panel";
import { StepList } from "./step-list";
import { KnownWebhook, NewWebhook } from "./webhook-panel";

/**
 * The form of a pipeline: a new one where `pipeline` is absent. `created` is what was just made, with its secret; `waiting` a
 * change that the server did not apply.
 */
export function PipelineEditor({
  pipeline,
  created,
  waiting,
}: {
  pipeline?: Pipeline | undefined;
  created?: Pipeline | undefined;
  waiting?: WaitingChange;
}) {
  const { server } = useHome();
  const element = useRef<HTMLFormElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const [secret, setSecret] = useState(created?.webhookSecret);
  const [deleting, setDeleting] = useState(false);
  const leadToIssue = () =>
    requestAnimationFrame(() =>
      element.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid=true]")?.focus(),
    );
  const form = usePipelineForm(pipeline, created, leadToIssue, waiting);
  const { saved, draft, unsent, issuesOf, elsewhere, change } = form;
  const set = (field: "name" | "description" | "defaultSource") => (value: string) =>
    change({ ...draft, [field]: value }, field);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const commanded = event.ctrlKey || event.metaKey;
      if (commanded && (event.key === "Enter" || event.key.toLowerCase() === "s")) {
        event.preventDefault();
        element.current?.requestSubmit();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const unreadable = useMemo(() => (saved === undefined ? [] : unreadableParts(saved)), [saved]);
  const name = saved?.name ?? "New pipeline";
  const fields = (
    <div className="space-y-6">
      <TextField label="Name" value={draft.name} issues={issuesOf(["name"], "name")} onChange={set("name")} />
      <TextArea
        label="Description"
        optional
        value={draft.description}
        issues={issuesOf(["description"], "description")}
        onChange={set("description")}
      />
      <TextField
        label="Default source"
        optional
        inputMode="url"
        placeholder="https://"
        hint="Where the text comes from when a run brings none"
        value={draft.defaultSource}
        issues={issuesOf(["defaultSource"], "defaultSource")}
        onChange={set("defaultSource")}
      />
      <StepList steps={draft.steps} issuesOf={issuesOf} onChange={(steps, key) => change({ ...draft, steps }, key)} />
    </div>
  );
  const schedule = (
    <SchedulePanel
      scheduled={draft.scheduled}
      schedule={draft.schedule}
      issuesOf={issuesOf}
      onScheduled={(scheduled) =>
        change(
          { ...draft, scheduled, schedule: { ...draft.schedule, timezone: draft.schedule.timezone || viewerZone() } },
          "schedule",
        )
      }
      onChange={(next, key) => change({ ...draft, schedule: next }, key)}
    />
  );

  return (
    <form
      ref={element}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.save();
      }}
      onKeyDown={(event) => {
        // The browser submits on Enter in any text field, and creating a pipeline mints its secret.
        if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
      }}
    >
      <p className="text-sm">
        <GuardedLink href="/" className="link">
          All pipelines
        </GuardedLink>
      </p>
      <h1 ref={title} tabIndex={-1} className="mt-2 text-2xl font-semibold tracking-tight break-words">
        {name}
      </h1>
      {saved?.lastRunAt !== undefined && (
        <p className="hint mt-1">Last run {longTime(saved.lastRunAt, viewerZone())}</p>
      )}
      <div className="mt-6">
        {secret !== undefined && server !== "none" && (
          <NewWebhook
            key={secret}
            secret={secret}
            rotated={secret !== created?.webhookSecret}
            waiting={unsent}
            onDone={() => {
              setSecret(undefined);
              title.current?.focus();
            }}
          />
        )}
        {elsewhere.length > 0 && (
          <div className="panel mb-6 border-danger/60">
            <IssueList issues={elsewhere} />
          </div>
        )}
        {unreadable.length > 0 && (
          <section className="panel mb-6 border-notice/60" aria-label="Parts that cannot be read">
            <p>
              Parts of this pipeline were saved by a newer version, or elsewhere, and cannot be read here. They stay as
              they are until you change them.
            </p>
            <IssueList issues={unreadable} />
          </section>
        )}
        <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_24rem]">
          {fields}
          <div className="space-y-6">
            {schedule}
            <NothingFires
              pipelines={
                draft.scheduled && draft.schedule.enabled
                  ? [{ id: saved?.id ?? "", lastRunAt: saved?.lastRunAt, schedule: { cron: draft.schedule.cron } }]
                  : []
              }
            />
            {saved !== undefined && server !== "none" && secret === undefined && (
              <KnownWebhook
                pipeline={saved}
                unsent={unsent}
                onRotate={async () => setSecret(await form.rotateSecret())}
              />
            )}
          </div>
        </div>
      </div>
      <SaveBar form={form} onDelete={() => setDeleting(true)} />
      <DeleteQuestion
        name={name}
        open={deleting}
        onCancel={() => setDeleting(false)}
        onConfirm={() => {
          setDeleting(false);
          void form.remove();
        }}
      />
    </form>
  );
}

function IssueList({ issues }: { issues: readonly Issue[] }) {
  return (
    <ul>
      {issues.map((issue) => (
        <li key={`${placeOf(issue.path)} ${issue.code}`} className="issue">
          {sentenceOf(issue, placeOf(issue.path) || "This pipeline")}
        </li>
      ))}
    </ul>
  );
}
