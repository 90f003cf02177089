// What happens past these hooks: in another tab, at the server, while the page was out of sight.
import { hasMethods } from "../options.js";
import type { PipelineRepository } from "../repositories/repository.js";
import type { Synced } from "./synced.js";

/** How often a server that does not answer is asked again: nobody else would notice that it is back. */
const AWAY_MS = 10_000;
/** By then most pages have asked something themselves. */
const FIRST_MS = 1_000;

type Leave = () => void;

/** Calls `look` when a reading may come out otherwise than before. */
export function listen(repository: PipelineRepository, synced: Synced | undefined, look: () => void): Leave {
  const leaving = [
    listenToPage(look),
    ...(synced === undefined
      ? [listenToWrites(repository, look)]
      : [listenToNews(synced, look), listenToTabs(synced, look), keepAsking(repository, synced)]),
  ];
  return () => {
    for (const leave of leaving) leave();
  };
}

export function isOnScreen(): boolean {
  return typeof document === "undefined" || document.visibilityState === "visible";
}

function listenToPage(look: () => void): Leave {
  if (typeof document === "undefined") return nothing; // a terminal, say
  const onReturn = (): void => {
    if (isOnScreen()) look();
  };
  document.addEventListener("visibilitychange", onReturn);
  addEventListener("online", onReturn);
  return () => {
    document.removeEventListener("visibilitychange", onReturn);
    removeEventListener("online", onReturn);
  };
}

function listenToWrites(repository: PipelineRepository, look: () => void): Leave {
  if (!hasMethods(repository, ["subscribe"])) return nothing;
  return (repository as unknown as { subscribe(listener: () => void): () => void }).subscribe(look);
}

function listenToNews({ news, subscribe }: Synced, look: () => void): Leave {
  // The status also says that the server was asked at all, which is no reason to ask it again.
  let heard = news();
  return subscribe(() => {
    const now = news();
    if (now === heard) return;
    heard = now;
    look();
  });
}

/** What another tab has sent already was never news here. Reading writes too, so it counts what the copies say by now. */
function listenToTabs({ local }: Synced, look: () => void): Leave {
  if (local === undefined) return nothing;
  let known: string | undefined;
  const compare = async (): Promise<void> => {
    const now = JSON.stringify(await local.list());
    if (now === known) return;
    known = now;
    look();
  };
  return local.outbox.subscribe((isOther) => {
    if (isOther && isOnScreen()) compare().catch(nothing); // the device says itself what is wrong with it
  });
}

function keepAsking(repository: PipelineRepository, { status, subscribe }: Synced): Leave {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (pause: number): void => {
    clearTimeout(timer);
    const { remote } = status();
    if (remote !== "unknown" && remote !== "away") return;
    timer = setTimeout(() => {
      if (isOnScreen()) repository.list().catch(nothing); // the status says what is wrong
      wait(AWAY_MS);
    }, pause);
  };
  let before = status().remote;
  const leave = subscribe(() => {
    const { remote } = status();
    // Other news is no reason to wait longer, least of all for the first answer.
    if (remote === before) return;
    before = remote;
    wait(AWAY_MS);
  });
  wait(FIRST_MS);
  return () => {
    leave();
    clearTimeout(timer);
  };
}

function nothing(): void {
  // There is nothing to leave, or to say.
}
