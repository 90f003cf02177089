/**
 * Signs this browser in. In the demo a page that is asked for brings the account with it (`proxy.ts`), and nothing that was
 * typed is left for it; an app with real sign-in opens that here.
 */
export async function signIn(): Promise<void> {
  await fetch("/", { cache: "no-store" });
}
