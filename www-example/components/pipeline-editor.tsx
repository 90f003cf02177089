"use client";

import type { Issue, Pipeline } from "convex-pipelines";
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { placeOf, problemOf, sentenceOf } from "@/lib/issues";
import { longTime, viewerZone } from "@/lib/times";
import { unreadableParts } from "@/lib/unreadable";
import { firstSchedule } from "@/lib/values";
import { Announcer } from "./announcer";
import { DeleteQuestion } from "./delete-question";
import { FormId, fieldId } from "./fields";
import { GuardedLink } from "./leave-guard";
import { NothingFires } from "./nothing-fires";
import { PipelineBasics } from "./pipeline-basics";
import { useHome } from "./repository-provider";
import { SaveBar } from "./save-bar";
import { SchedulePanel } from "./schedule-panel";
import { StepList } from "./step-list";
import { useEditing, type WaitingChange } from "./use-editing";
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
  const heading = useRef<HTMLHeadingElement>(null);
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
  const editing = useEditing(pipeline, created, isGone, leadToIssue, waiting);
  const { saved, values, unsent, issues, elsewhere, change } = editing;
  const { name = "", steps = [], schedule } = values;
  const [description, source] = [values.description ?? "", values.defaultSource ?? ""];
  const stepsOf = (issues: readonly Issue[]) =>
    issues.flatMap(({ path: [field, index] }) => (field === "steps" ? (steps[Number(index)]?.id ?? []) : []));
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
      if (value !== values[field]) change(field, value);
    }
    const ticked = control("schedule");
    if (ticked instanceof HTMLInputElement && ticked.checked !== (schedule !== undefined))
      change("schedule", ticked.checked ? firstSchedule() : undefined);
    // Once: from here on the form knows what its fields hold.
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
  const title = saved?.name ?? "New pipeline";

  return (
    <FormId value={id}>
      <Announcer>
        <form
          ref={element}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void editing.save();
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
          <h1 ref={heading} tabIndex={-1} className="mt-2 text-2xl font-semibold tracking-tight break-words">
            {title}
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
                  heading.current?.focus();
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
              <div className="space-y-6 lg:col-start-1 lg:row-start-1">
                <PipelineBasics
                  name={name}
                  description={description}
                  defaultSource={source}
                  issues={issues}
                  change={change}
                />
              </div>
              <div className="lg:col-start-1 lg:row-start-2 min-[90rem]:col-start-2 min-[90rem]:row-start-1">
                <StepList
                  steps={steps}
                  source={source.trim() || "what a run brings"}
                  issues={issues}
                  folding={folding}
                  change={change}
                />
              </div>
              {/* In view while one scrolls through the steps. */}
              <div className="space-y-6 lg:sticky lg:col-start-2 lg:row-span-2 lg:row-start-1 min-[90rem]:col-start-3 lg:top-6 lg:-mx-2 lg:max-h-[calc(100dvh-2.5rem-var(--save-bar,4.5rem))] lg:self-start lg:overflow-y-auto lg:px-2 lg:pb-2">
                <SchedulePanel schedule={schedule} issues={issues} change={change} />
                <NothingFires
                  pipelines={
                    schedule != null && schedule.enabled !== false
                      ? [{ id: saved?.id ?? "", lastRunAt: saved?.lastRunAt, schedule: { cron: schedule.cron } }]
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
                  onRotate={async () => setSecret(await editing.rotateSecret())}
                />
              </div>
            )}
          </div>
          <SaveBar
            editing={editing}
            sentenceAt={(issue) => problemOf(issue, values)}
            onProblem={leadTo}
            onDelete={() => setDeleting(true)}
          />
          <DeleteQuestion
            name={title}
            open={deleting}
            onCancel={() => setDeleting(false)}
            onConfirm={() => {
              setDeleting(false);
              void editing.remove();
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
