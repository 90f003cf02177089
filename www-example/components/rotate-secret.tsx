"use client";

import { useSyncStatus } from "convex-pipelines/react";
import { useState } from "react";
import { ConfirmDialog } from "./confirm-dialog";
import { Failure } from "./failure";

interface RotateSecretProps {
  lastFour: string | undefined;
  /** The pipeline has unsent changes: the server hears of this one after them. */
  unsent: boolean;
  onRotate: () => Promise<void>;
}

/** Replaces the webhook secret, behind a question that says what stops working. */
export function RotateSecret({ lastFour, unsent, onRotate }: RotateSecretProps) {
  const outbox = useSyncStatus();
  const waits = unsent || outbox?.remote !== "reached";
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ error: unknown }>();

  const rotate = async () => {
    setAsked(false);
    setBusy(true);
    setFailure(undefined);
    try {
      await onRotate();
    } catch (error) {
      setFailure({ error });
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <button type="button" className="button mt-3" disabled={busy} onClick={() => setAsked(true)}>
        Rotate secret
      </button>
      {failure !== undefined && (
        <div className="mt-3">
          <Failure
            error={failure.error}
            what="The secret was not rotated. The current URL still works."
            onRetry={() => void rotate()}
          />
        </div>
      )}
      <ConfirmDialog
        open={asked}
        title="Rotate the webhook secret?"
        confirm="Rotate secret"
        onCancel={() => setAsked(false)}
        onConfirm={() => void rotate()}
      >
        You get a new URL, which is shown once. The current URL{lastFour !== undefined && ` (ending in ${lastFour})`}{" "}
        stops working {waits ? "as soon as this change reaches the server" : "at once"}, and requests to it are refused.
        Give the new URL to everything that uses the current one.
      </ConfirmDialog>
    </>
  );
}
