"use client";

import { useState } from "react";
import { useDevice, useHome } from "./repository-provider";

/** Says that this browser has lost what was saved here, until somebody has read it. */
export function LossNotice() {
  const { server } = useHome();
  const lost = useDevice()?.lost;
  const [read, setRead] = useState<string>();
  if (lost === undefined || lost === read) return null;

  return (
    <div role="alert" className="border-b border-line bg-raised">
      <div className="mx-auto flex max-w-400 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 text-sm sm:px-6">
        <p className="min-w-0 flex-1 basis-60 text-notice">
          Data on this device is gone: {lost}.{" "}
          {server === "none"
            ? "Pipelines that were kept only here cannot be brought back."
            : "Changes that had not reached the server were brought back and will be sent."}
        </p>
        <button type="button" className="button" onClick={() => setRead(lost)}>
          Dismiss
        </button>
      </div>
    </div>
  );
}
