"use client";

import type { NeedsYou as Need } from "convex-pipelines";
import { useSyncStatus } from "convex-pipelines/react";
import { useRef, useState } from "react";
import { differencesOf } from "@/lib/compare";
import { handOver } from "@/lib/created";
import { placeOf, sentenceOf } from "@/lib/issues";
import { ConfirmDialog } from "./confirm-dialog";
import { Failure } from "./failure";
import { GuardedLink } from "./leave-guard";
import { useHome } from "./repository-provider";

/** Changes that the server did not apply, each with what can be done about it. */
export function NeedsYou() {
  const { server } = useHome();
  const outbox = useSyncStatus();
  const heading = useRef<HTMLHeadingElement>(null);
  const [done, setDone] = useState("");
  const needs = outbox?.needsYou ?? [];

  const settled = (what: string) => {
    setDone(what);
    heading.current?.focus();
  };

  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight outline-none">
        Changes that need you
      </h1>
      <p role="status" className="mt-2 text-sm text-accent">
        {done}
      </p>
      {server !== null && needs.length === 0 && (
        <>
          <p className="mt-2 text-soft">There is nothing to decide.</p>
          <GuardedLink href="/" className="button mt-6">
            All pipelines
          </GuardedLink>
        </>
      )}
      <ul className="mt-4 grid gap-6">
        {needs.map((need) => (
          <NeedCard key={need.operation} need={need} onSettled={settled} />
        ))}
      </ul>
    </>
  );
}

/** What is asked before something is given up. */
interface Question {
  title: string;
  text: string;
  confirm: string;
  act: () => Promise<void>;
}

function NeedCard({ need, onSettled }: { need: Need; onSettled: (what: string) => void }) {
  const { shared } = useHome();
  const [failure, setFailure] = useState<{ error: unknown; retry: () => void }>();
  const [question, setQuestion] = useState<Question>();
  const { why, mine, theirs, issues = [] } = need;
  const name = mine?.name ?? theirs?.name ?? "A pipeline";
  const differences = mine !== null && theirs !== undefined ? differencesOf(mine, theirs) : [];

  const settle = async (what: string, act: () => Promise<unknown>) => {
    setQuestion(undefined);
    setFailure(undefined);
    try {
      await act();
      onSettled(what);
    } catch (error) {
      setFailure({ error, retry: () => void settle(what, act) });
    }
  };
  const keepMine = (what: string) =>
    settle(what, async () => {
      const made = await shared?.resolve(need.operation, "mine");
      if (made?.webhookSecret !== undefined) handOver(made);
    });
  const giveUp = (what: string) =>
    settle(what, async () => {
      if (why === "conflict") await shared?.resolve(need.operation, "theirs");
      else await shared?.discard(need.operation);
    });

  return (
    <li className="panel">
      <h2 className="heading break-words">{name}</h2>
      <p className="mt-1 text-sm text-soft">{sentenceFor(need)}</p>
      {issues.length > 0 && (
        <ul className="issue mt-2 list-disc pl-5">
          {issues.map((issue) => (
            <li key={placeOf(issue.path) + issue.code}>{sentenceOf(issue, placeOf(issue.path))}</li>
          ))}
        </ul>
      )}
      {differences.length > 0 && <Comparison differences={differences} />}
      {failure !== undefined && (
        <div className="mt-3">
          <Failure
            error={failure.error}
            what="Nothing was changed. Your version is still on this device."
            onRetry={failure.retry}
          />
        </div>
      )}
      <div className="mt-4 flex flex-wrap gap-3">
        {why === "conflict" && (
          <>
            <button
              type="button"
              className="button button-primary"
              onClick={() => void keepMine(mine === null ? "Deleted." : "Your version was kept.")}
            >
              {mine === null ? "Delete it anyway" : "Keep mine"}
            </button>
            <button
              type="button"
              className="button"
              onClick={() =>
                setQuestion({
                  title: mine === null ? "Keep this pipeline?" : "Use the other version?",
                  text:
                    mine === null ? "It stays on the server as it is." : "What you changed in these fields is lost.",
                  confirm: mine === null ? "Keep it" : "Use theirs",
                  act: () => giveUp("The version on the server was kept."),
                })
              }
            >
              {mine === null ? "Keep it" : "Use theirs"}
            </button>
          </>
        )}
        {why === "gone" && mine !== null && (
          <button
            type="button"
            className="button button-primary"
            onClick={() => void keepMine("Restored as a new pipeline.")}
          >
            Restore as new
          </button>
        )}
        {mine !== null && (
          <GuardedLink href={`/changes/${need.operation}`} className="button">
            Edit
          </GuardedLink>
        )}
        {why !== "conflict" && (
          <button
            type="button"
            className="button button-danger"
            onClick={() =>
              setQuestion({
                title: "Discard this change?",
                text: "What you typed is deleted from this device.",
                confirm: "Discard",
                act: () => giveUp("The change was discarded."),
              })
            }
          >
            Discard
          </button>
        )}
      </div>
      <ConfirmDialog
        open={question !== undefined}
        title={question?.title ?? ""}
        confirm={question?.confirm ?? ""}
        onConfirm={() => void question?.act()}
        onCancel={() => setQuestion(undefined)}
      >
        {question?.text}
      </ConfirmDialog>
    </li>
  );
}

function sentenceFor({ why, mine }: Need): string {
  switch (why) {
    case "rejected":
      return "The server did not accept this change.";
    case "gone":
      return "It was deleted elsewhere before your change arrived.";
    case "conflict":
      return mine === null
        ? "You deleted it, and it was changed elsewhere before that."
        : "The same fields were changed elsewhere. Choose which version to keep.";
  }
}

function Comparison({ differences }: { differences: readonly ReturnType<typeof differencesOf>[number][] }) {
  return (
    <dl className="mt-4 grid gap-4">
      {differences.map(({ label, mine, theirs }) => (
        <div key={label}>
          <dt className="text-sm font-medium">{label}</dt>
          <dd className="mt-1 grid gap-2 sm:grid-cols-2">
            <Version label="Yours" text={mine} />
            <Version label="On the server" text={theirs} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Version({ label, text }: { label: string; text: string }) {
  return (
    <div className="min-w-0 rounded-md border border-line bg-paper p-3 text-sm">
      <p className="text-soft">{label}</p>
      <p className="mt-1 break-words whitespace-pre-wrap">
        {text === "" ? <span className="text-soft">Nothing</span> : text}
      </p>
    </div>
  );
}
