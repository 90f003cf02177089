"use client";

import { useEffect, useRef } from "react";
import { Failure } from "./failure";
import { X } from "lucide-react";
import type { Notice } from "./use-row-actions";

/** What became of the last action on the list, and what can be done about it. */
export function ListNotice({ notice, onDismiss }: { notice: Notice | undefined; onDismiss: () => void }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (notice?.hasFocus === true) element.current?.focus();
  }, [notice]);

  return (
    <div ref={element} role="status" aria-label="Last action" tabIndex={-1} className="outline-none">
      {notice !== undefined && (
        <div className="mb-6 flex items-start gap-3 rounded-md border border-line bg-tint py-2 pr-2 pl-4">
          <div className="flex min-h-10 min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-2">
            {notice.failure === undefined ? (
              <p className="text-sm break-words">{notice.text}</p>
            ) : (
              <Failure error={notice.failure.error} what={notice.text} onRetry={notice.failure.retry} />
            )}
            {notice.action !== undefined && (
              <button type="button" className="button" onClick={notice.action.act}>
                {notice.action.label}
              </button>
            )}
          </div>
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={onDismiss}>
            <X aria-hidden className="size-5" />
          </button>
        </div>
      )}
    </div>
  );
}
