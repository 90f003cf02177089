"use client";

import { isPipelineError } from "convex-pipelines";
import { useEffect, useRef, useState } from "react";
import { ConfirmDialog } from "../confirm-dialog";
import { Failure } from "../failure";
import { useHome } from "../repository-provider";

/** Deletes what this device keeps; what no server has heard of goes only after a question of its own. */
export function ClearDevice() {
  const { local, server } = useHome();
  const [question, setQuestion] = useState<"clear" | "discard">();
  const [failure, setFailure] = useState<{ error: unknown; retry: () => void }>();
  const said = useRef<HTMLParagraphElement>(null);
  const [done, setDone] = useState(0);
  useEffect(() => {
    if (done > 0) said.current?.focus();
  }, [done]);
  if (local === undefined) return null;

  const clear = async (discardUnsent: boolean) => {
    setQuestion(undefined);
    setFailure(undefined);
    try {
      await local.clear({ discardUnsent });
      setDone((times) => times + 1);
    } catch (error) {
      if (isPipelineError(error) && error.code === "conflict" && !discardUnsent) setQuestion("discard");
      else setFailure({ error, retry: () => void clear(discardUnsent) });
    }
  };

  return (
    <section className="panel" aria-labelledby="clear">
      <h2 id="clear" className="heading">
        Clear this device
      </h2>
      <p className="mt-2 text-sm">
        {server === "none"
          ? "Deletes all pipelines in this browser. There is no other copy: export them first if you want to keep them."
          : "Deletes the copies on this device. Pipelines on the server stay, and are loaded again when you open them."}
      </p>
      <button type="button" className="button button-danger mt-3" onClick={() => setQuestion("clear")}>
        Clear this device
      </button>
      <p ref={said} tabIndex={-1} role="status" className="mt-2 text-sm outline-none empty:hidden">
        {done > 0 && "This device was cleared."}
      </p>
      {failure !== undefined && (
        <div className="mt-3">
          <Failure error={failure.error} what="This device was not cleared." onRetry={failure.retry} />
        </div>
      )}
      <ConfirmDialog
        open={question === "clear"}
        title="Clear this device?"
        confirm="Clear"
        onCancel={() => setQuestion(undefined)}
        onConfirm={() => void clear(false)}
      >
        {server === "none"
          ? "All pipelines in this browser are deleted. This cannot be undone."
          : "The copies on this device are deleted. Pipelines on the server stay."}
      </ConfirmDialog>
      <ConfirmDialog
        open={question === "discard"}
        title="Discard unsent changes?"
        confirm="Discard and clear"
        onCancel={() => setQuestion(undefined)}
        onConfirm={() => void clear(true)}
      >
        Some changes on this device have not reached the server. If you clear it now, they are lost.
      </ConfirmDialog>
    </section>
  );
}
