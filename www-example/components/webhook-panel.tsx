"use client";

import type { Pipeline } from "convex-pipelines";
import { useEffect, useId, useRef, useState } from "react";
import { shortTime, viewerZone } from "@/lib/times";
import { useLeaveGuard } from "./leave-guard";

const secretNotCopied = {
  title: "Leave without copying the webhook URL?",
  text: "It is shown only once. Without it nothing can run this pipeline by request.",
};

/** The only time that the whole URL is seen: afterwards the server itself knows no more than a digest. */
export function NewWebhook({ secret, waiting, onDone }: { secret: string; waiting: boolean; onDone: () => void }) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const url = `${location.origin}/api/hooks/${secret}`;

  const [copied, setCopied] = useState(false);
  useLeaveGuard(!copied, secretNotCopied);

  useEffect(() => heading.current?.focus(), []);

  return (
    <section className="panel mb-8 border-accent/60 bg-tint" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} ref={heading} tabIndex={-1} className="heading">
        Copy the webhook URL now
      </h2>
      <p className="mt-1 text-sm text-soft">
        A request to this URL runs the pipeline. It is shown only once: store it like a password.
        {waiting && " It works as soon as the pipeline is on the server."}
      </p>
      <Copyable label="Webhook URL" text={url} onCopied={() => setCopied(true)} />
      <Copyable label="Try it" text={`curl -X POST ${url}`} onCopied={() => setCopied(true)} />
      <button type="button" className="button mt-4" onClick={onDone}>
        I have copied it
      </button>
    </section>
  );
}

export function KnownWebhook({ pipeline }: { pipeline: Pipeline }) {
  const id = useId();
  const { secretLastFour, secretChangedAt } = pipeline;
  if (secretChangedAt === undefined) return null;
  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="heading">
        Webhook
      </h2>
      <p className="mt-2 text-sm">
        Secret created <time dateTime={secretChangedAt}>{shortTime(secretChangedAt, viewerZone())}</time>
        {secretLastFour !== undefined && (
          <>
            , ending in <code className="font-mono font-medium">{secretLastFour}</code>
          </>
        )}
      </p>
      <p className="hint mt-1">The server stores only a digest of the secret, so it cannot be shown again.</p>
    </section>
  );
}

function Copyable({ label, text, onCopied }: { label: string; text: string; onCopied: () => void }) {
  const [said, setSaid] = useState("");
  const id = useId();
  const code = useRef<HTMLElement>(null);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied");
      onCopied();
    } catch {
      // Without permission, or without https: at least it is one key press away.
      if (code.current !== null) getSelection()?.selectAllChildren(code.current);
      setSaid("Selected: copy it with your keyboard");
    }
  };

  return (
    <div className="mt-4">
      <p id={id} className="label">
        {label}
      </p>
      <div className="flex items-start gap-2">
        <code
          ref={code}
          aria-labelledby={id}
          role="group"
          className="min-h-10 min-w-0 flex-1 rounded-md border border-line bg-raised px-3 py-2.5 font-mono text-xs break-all"
        >
          {text}
        </code>
        <button type="button" className="button" aria-label={`Copy: ${label}`} onClick={() => void copy()}>
          Copy
        </button>
      </div>
      <p aria-live="polite" className="hint">
        {said}
      </p>
    </div>
  );
}
