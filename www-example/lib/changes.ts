/** Says "look again" to this page and to the other tabs. */

const CHANNEL = "pipelines-changed";

const listeners = new Set<() => void>();
let channel: BroadcastChannel | undefined;

/** After a write. */
export function announceChange(): void {
  lookAgain();
  channel?.postMessage(null);
}

/** On this page alone. */
export function lookAgain(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` after a write here or in another tab, and when the person comes back to this one. */
export function onChange(listener: () => void): () => void {
  if (channel === undefined) {
    channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = lookAgain;
  }
  const onReturn = () => {
    if (document.visibilityState === "visible") listener();
  };
  listeners.add(listener);
  document.addEventListener("visibilitychange", onReturn);
  window.addEventListener("online", listener);
  return () => {
    listeners.delete(listener);
    document.removeEventListener("visibilitychange", onReturn);
    window.removeEventListener("online", listener);
  };
}
