"use client";

import { useSyncStatus } from "convex-pipelines/react";
import { ConfirmDialog } from "./confirm-dialog";
import { useHome } from "./repository-provider";

/** The question before a pipeline is deleted. */
export function DeleteQuestion(props: { name: string; open: boolean; onConfirm: () => void; onCancel: () => void }) {
  const { server } = useHome();
  const outbox = useSyncStatus();
  const waits = outbox?.remote !== "reached";
  return (
    <ConfirmDialog
      open={props.open}
      title={`Delete ${props.name}?`}
      confirm="Delete"
      onCancel={props.onCancel}
      onConfirm={props.onConfirm}
    >
      {server === "none"
        ? "It is deleted from this browser."
        : `Its schedule and its webhook URL stop working${waits ? " as soon as this change reaches the server" : ""}, and its runs are deleted. You can restore it as a new pipeline with a new URL right after.`}
    </ConfirmDialog>
  );
}
