"use client";

import { useId, useRef, useState } from "react";
import { UnreadableFile, exportAll, readImport, type ImportEntry } from "@/lib/transfer";
import { Failure } from "../failure";
import { useHome } from "../repository-provider";
import { ImportPreview } from "./import-preview";

/** Pipelines as a file: out of here, and into here behind a preview. */
export function TransferPanel() {
  const { repository } = useHome();
  const input = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const hint = useId();
  const [entries, setEntries] = useState<ImportEntry[]>();
  const [failure, setFailure] = useState<{ error: unknown; what: string; retry: () => void }>();
  const [said, setSaid] = useState("");

  const attempt = async (what: string, act: () => Promise<void>) => {
    setFailure(undefined);
    setSaid("");
    try {
      await act();
    } catch (error) {
      if (error instanceof UnreadableFile) setSaid(error.message);
      else setFailure({ error, what, retry: () => void attempt(what, act) });
    }
  };

  const download = async () => {
    if (repository === null) return;
    const url = URL.createObjectURL(new Blob([await exportAll(repository)], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `pipelines-${new Date().toISOString().slice(0, 10)}.json`;
    link.click();
    // The browser reads it after the click.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    setSaid("Exported.");
  };

  const preview = async (file: File) => {
    if (repository !== null) setEntries(await readImport(await file.text(), repository));
  };

  return (
    <section className="panel" aria-labelledby="transfer">
      <h2 id="transfer" className="heading">
        Export and import
      </h2>
      <p id={hint} className="mt-2 text-sm">
        An export is a JSON file with all your pipelines, without webhook secrets and runs. Before an import you see
        what it would do.
      </p>
      <div className="mt-3 flex flex-wrap gap-3">
        <button
          type="button"
          className="button"
          disabled={repository === null}
          onClick={() => void attempt("The pipelines were not exported.", download)}
        >
          Export
        </button>
        <button
          ref={opener}
          type="button"
          className="button"
          disabled={repository === null}
          onClick={() => input.current?.click()}
        >
          Import
        </button>
        <input
          ref={input}
          type="file"
          hidden
          accept="application/json,.json"
          aria-label="File to import"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            event.target.value = ""; // the same file may be chosen again
            setEntries(undefined);
            if (file !== undefined) void attempt("The file was not imported.", () => preview(file));
          }}
        />
      </div>
      <p role="status" className="mt-2 text-sm empty:hidden">
        {said}
      </p>
      {failure !== undefined && (
        <div className="mt-3">
          <Failure error={failure.error} what={failure.what} onRetry={failure.retry} />
        </div>
      )}
      {entries !== undefined && (
        <ImportPreview
          entries={entries}
          onClose={(words) => {
            setEntries(undefined);
            setSaid(words);
            opener.current?.focus();
          }}
        />
      )}
    </section>
  );
}
