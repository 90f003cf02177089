import { statusOf } from "@/lib/runs";

/** How a run stands, in a colour and a word. */
export function RunOutcome({ status }: { status: string }) {
  return (
    <span className={`inline-flex items-center gap-1.5 ${status === "failed" ? "text-danger" : ""}`}>
      <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${colourOf(status)}`} />
      {statusOf({ status })}
    </span>
  );
}

/** The same colours wherever runs are shown. */
export function colourOf(status: string): string {
  if (status === "success") return "bg-accent";
  if (status === "failed") return "bg-danger";
  const moves = status === "queued" || status === "running";
  return moves ? "animate-pulse bg-notice motion-reduce:animate-none" : "bg-edge";
}
