"use client";

import type { Issue, Pipeline } from "convex-pipelines";
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { withSchedule } from "@/lib/draft";
import { placeOf, problemOf, sentenceOf } from "@/lib/issues";
import { longTime, viewerZone } from "@/lib/times";
import { unreadableParts } from "@/lib/unreadable";
import { Announcer } from "./announcer";
import { DeleteQuestion } from "./delete-question";
import { FormId, fieldId } from "./fields";
import { GuardedLink } from "./leave-guard";
import { NothingFires } from "./nothing-fires";
import { PipelineBasics } from "./pipeline-basics";
import { usePipelineForm, type WaitingChange } from "./pipeline-form";
import { useHome } from "./repository-provider";
import { SaveBar } from "./save-bar";
import { SchedulePanel } from "./schedule-panel";
import { StepList } from "./step-list";
import { useFolding } from "./use-folding";
import { KnownWebhook, NewWebhook } from "./webhook-panel";

/**
 * The form of a pipeline: a new one where `pipeline` is absent. `created` is what was just made, with its secret; `waiting` a
 * change that the server did not apply.
 */
export function PipelineEditor({
  pipeline,
  created,
  isGone = false,
  waiting,
}: {
  pipeline?: Pipeline | undefined;
  created?: Pipeline | undefined;
  /** It was deleted since it was opened. */
  isGone?: boolean;
  waiting?: WaitingChange;
}) {
  const { server } = useHome();
  const element = useRef<HTMLFormElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const [secret, setSecret] = useState(created?.webhookSecret);
  const [deleting, setDeleting] = useState(false);
  const id = useId();
  const folding = useFolding();
  const leadToIssue = (issues: readonly Issue[]) => {
    folding.unfold(stepsOf(issues));
    requestAnimationFrame(() =>
      element.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid=true]")?.focus(),
    );
  };
  const form = usePipelineForm(pipeline, created, isGone, leadToIssue, waiting);
  const { saved, draft, unsent, issues, elsewhere, change } = form;
  const stepsOf = (issues: readonly Issue[]) =>
    issues.flatMap(({ path: [field, index] }) => (field === "steps" ? (draft.steps[Number(index)]?.id ?? []) : []));
  const leadTo = (issue: Issue) => {
    folding.unfold(stepsOf([issue]));
    requestAnimationFrame(() => document.getElementById(fieldId(id, issue.path))?.focus());
  };

  // What was typed, or ticked, before the page came alive stands in the document and nowhere else.
  useLayoutEffect(() => {
    const control = (field: string) => document.getElementById(fieldId(id, [field]));
    for (const field of ["name", "description", "defaultSource"] as const) {
      const typed = control(field);
      if (!(typed instanceof HTMLInputElement || typed instanceof HTMLTextAreaElement)) continue;
      const { value } = typed;
      if (value !== draft[field]) change((draft) => ({ ...draft, [field]: value }), field);
    }
    const ticked = control("schedule");
    if (ticked instanceof HTMLInputElement && ticked.checked !== draft.scheduled) {
      const { checked } = ticked;
      change((draft) => withSchedule(draft, checked), "schedule");
    }
    // Once: from here on the draft is what stands in the fields.
  }, []);

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
  const basics = (
    <div className="space-y-6 lg:col-start-1 lg:row-start-1">
      <PipelineBasics
        name={draft.name}
        description={draft.description}
        defaultSource={draft.defaultSource}
        issues={issues}
        change={change}
      />
    </div>
  );
  const steps = (
    <StepList
      steps={draft.steps}
      source={draft.defaultSource.trim() || "what a run brings"}
      issues={issues}
      folding={folding}
      change={change}
    />
  );
  const schedule = (
    <SchedulePanel scheduled={draft.scheduled} schedule={draft.schedule} issues={issues} change={change} />
  );

  return (
    <FormId value={id}>
      <Announcer>
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
                  Parts of this pipeline were saved by a newer version, or elsewhere, and cannot be read here. They stay
                  as they are until you change them.
                </p>
                <IssueList issues={unreadable} />
              </section>
            )}
            {/* Two columns, and three where there is room: what it is, what it does, when. */}
            <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_24rem] lg:grid-rows-[auto_1fr] min-[90rem]:grid-cols-[minmax(0,3fr)_minmax(0,5fr)_26rem]">
              {basics}
              <div className="lg:col-start-1 lg:row-start-2 min-[90rem]:col-start-2 min-[90rem]:row-start-1">
                {steps}
              </div>
              {/* In view while one scrolls through the steps. */}
              <div className="space-y-6 lg:sticky lg:col-start-2 lg:row-span-2 lg:row-start-1 min-[90rem]:col-start-3 lg:top-6 lg:-mx-2 lg:max-h-[calc(100dvh-2.5rem-var(--save-bar,4.5rem))] lg:self-start lg:overflow-y-auto lg:px-2 lg:pb-2">
                {schedule}
                <NothingFires
                  pipelines={
                    draft.scheduled && draft.schedule.enabled
                      ? [{ id: saved?.id ?? "", lastRunAt: saved?.lastRunAt, schedule: { cron: draft.schedule.cron } }]
                      : []
                  }
                />
              </div>
            </div>
            {saved !== undefined && server !== "none" && secret === undefined && (
              <div className="mt-8">
                <KnownWebhook
                  pipeline={saved}
                  unsent={unsent}
                  onRotate={async () => setSecret(await form.rotateSecret())}
                />
              </div>
            )}
          </div>
          <SaveBar
            form={form}
            sentenceAt={(issue) => problemOf(issue, draft)}
            onProblem={leadTo}
            onDelete={() => setDeleting(true)}
          />
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
      </Announcer>
    </FormId>
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
