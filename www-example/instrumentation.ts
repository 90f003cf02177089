/** Runs once in each process that serves the app. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startClock } = await import("./worker/clock");
  startClock();
}
