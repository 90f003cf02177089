"use client";

/** What is shown where a page broke: nothing that was saved is lost by that. */
export default function ErrorPage({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <section className="panel mx-auto max-w-xl space-y-4">
      <title>Something went wrong · Pipelines</title>
      <h1 className="text-xl font-semibold">This page cannot be shown</h1>
      <p>Something went wrong on this page. What was saved is safe.</p>
      <details>
        <summary>Details</summary>
        <p className="hint mt-2 break-words">{error.message}</p>
      </details>
      <p className="flex gap-3">
        <button type="button" className="button" onClick={reset}>
          Try again
        </button>
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </p>
    </section>
  );
}
