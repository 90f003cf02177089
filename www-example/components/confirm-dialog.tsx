"use client";

import * as AlertDialog from "@radix-ui/react-alert-dialog";
import { useRef, type ReactNode } from "react";

/** A question before something that cannot be taken back. Focus returns to what it was asked from. */
export function ConfirmDialog(props: {
  open: boolean;
  title: string;
  children: ReactNode;
  confirm: string;
  cancel?: string;
  onConfirm: () => void;
  onCancel: () => void;
}) {
  const opener = useRef<Element>(null);
  return (
    <AlertDialog.Root open={props.open} onOpenChange={(open) => !open && props.onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-20 bg-black/40" />
        <AlertDialog.Content
          className="fixed top-1/2 left-1/2 z-30 max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg border border-line bg-raised p-6 shadow-xl"
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            // Radix would look for the button of its own that opened it, and lose focus where there is none.
            event.preventDefault();
            const isTaken = document.activeElement !== null && document.activeElement !== document.body;
            if (!isTaken && opener.current instanceof HTMLElement) opener.current.focus();
          }}
        >
          <AlertDialog.Title className="text-lg font-semibold tracking-tight">{props.title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-sm text-soft">{props.children}</AlertDialog.Description>
          <div className="mt-6 flex justify-end gap-3">
            <AlertDialog.Cancel className="button">{props.cancel ?? "Cancel"}</AlertDialog.Cancel>
            <button type="button" className="button button-danger" onClick={props.onConfirm}>
              {props.confirm}
            </button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
