"use client";

import type { Pipeline } from "convex-pipelines";
import { useEffect, useId, useRef, useState } from "react";
import { shortTime, viewerZone } from "@/lib/times";
import { useLeaveGuard } from "./leave-guard";
import { RotateSecret } from "./rotate-secret";

const secretNotCopied = {
  title: "Leave without copying the webhook URL?",
  text: "It is shown only once. Without it nothing can run this pipeline by request.",
};

/** The only time that the whole URL is seen: afterwards the server itself knows no more than a digest. */
export function NewWebhook({
  secret,
  rotated,
  waiting,
  onDone,
}: {
  secret: string;
  /** There was another before. */
  rotated: boolean;
  waiting: boolean;
  onDone: () => void;
}) {
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
        {waiting &&
          (rotated
            ? " It works, and the old URL stops working, as soon as the change is on the server."
            : " It works as soon as the pipeline is on the server.")}
        {!waiting && rotated && " The old URL no longer works."}
      </p>
      <Copyable label="Webhook URL" text={url} onCopied={() => setCopied(true)} />
      <Copyable label="Try it" text={`curl -X POST ${url}`} onCopied={() => setCopied(true)} />
      <button type="button" className="button mt-4" onClick={onDone}>
        I have copied it
      </button>
    </section>
  );
}

/** What can still be said of a secret that was shown once, and the way to another. */
export function KnownWebhook({
  pipeline,
  unsent,
  onRotate,
}: {
  pipeline: Pipeline;
  unsent: boolean;
  onRotate: () => Promise<void>;
}) {
  const id = useId();
  const { secretLastFour, secretChangedAt } = pipeline;
  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="heading">
        Webhook
      </h2>
      {secretChangedAt !== undefined && (
        <p className="mt-2 text-sm">
          Secret created <time dateTime={secretChangedAt}>{shortTime(secretChangedAt, viewerZone())}</time>
          {secretLastFour !== undefined && (
            <>
              , ending in <code className="font-mono font-medium">{secretLastFour}</code>
            </>
          )}
        </p>
      )}
      <p className="hint mt-1">
        The secret cannot be shown again. If you have lost the URL, rotate the secret to get a new one.
      </p>
      <RotateSecret lastFour={secretLastFour} unsent={unsent} onRotate={onRotate} />
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
