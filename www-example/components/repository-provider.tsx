"use client";

import {
  isPipelineError,
  type FallbackPipelineRepository,
  type IndexedDbPipelineRepository,
  type OutboxStatus,
  type PipelineRepository,
} from "convex-pipelines";
import { PipelineProvider } from "convex-pipelines/react";
import { createContext, useCallback, useContext, useEffect, useEffectEvent, useState, type ReactNode } from "react";
import { lookAgain, onChange } from "@/lib/changes";
import { moduleLoaded } from "@/lib/module";
import { openRepository, type Opened, type ServerStore } from "@/lib/repository";

/** How often a server that is away is asked again. */
const LOOK_AGAIN_MS = 10_000;
/** By then most pages have asked something themselves. */
const FIRST_LOOK_MS = 1_000;

interface Home {
  opened: Opened | null;
  server: ServerStore | null;
  /** Why there is no repository. */
  failure: { error: unknown } | null;
}

const HomeContext = createContext<Home>({ opened: null, server: null, failure: null });

/** Where what is saved here is, as far as a page may want to say it. */
interface Status {
  /** Ids of pipelines with a change that has not reached the server. */
  unsent: ReadonlySet<string>;
  /** What waits for the server and how it was found; absent where there is none. */
  outbox: OutboxStatus | undefined;
  /** What is saved here ends with the page, and why. */
  volatile: string | null;
  /** Why something that was saved here is gone. */
  lost: string | null;
  /** The browser has promised not to delete it when space runs out. */
  persisted: boolean;
}

const unknownStatus: Status = {
  unsent: new Set(),
  outbox: undefined,
  volatile: null,
  lost: null,
  persisted: false,
};
const StatusContext = createContext<Status>(unknownStatus);

/** Opens the repository once for all pages. `server` arrives with the page: it is read when the page is asked for. */
export function RepositoryProvider({ server, children }: { server: Promise<ServerStore>; children: ReactNode }) {
  const [home, setHome] = useState<Home>({ opened: null, server: null, failure: null });

  useEffect(() => {
    const left = new AbortController();
    const open = async () => {
      try {
        const store = await server;
        await moduleLoaded;
        const opened = await openRepository(store);
        if (!left.signal.aborted) setHome({ opened, server: store, failure: null });
      } catch (error) {
        if (!left.signal.aborted) setHome({ opened: null, server: null, failure: { error } });
      }
    };
    void open();
    return () => left.abort();
  }, [server]);

  return (
    <HomeContext value={home}>
      <PipelineProvider repository={home.opened?.repository ?? null}>
        <StatusProvider opened={home.opened}>{children}</StatusProvider>
      </PipelineProvider>
    </HomeContext>
  );
}

function StatusProvider({ opened, children }: { opened: Opened | null; children: ReactNode }) {
  const [status, setStatus] = useState(unknownStatus);

  useEffect(() => {
    if (opened === null) return;
    const { local, shared } = opened;
    const look = () => {
      const { durable, reason, lost, persisted } = local.status;
      const outbox = shared?.status;
      setStatus({
        unsent: new Set(outbox?.unsent),
        outbox,
        volatile: durable ? null : (reason ?? "this browser keeps nothing"),
        lost: lost ?? null,
        persisted,
      });
    };
    const stop = [local.subscribeStatus(look), shared?.subscribe(look)];
    look();
    return () => {
      for (const each of stop) each?.();
    };
  }, [opened]);

  // A page that asks the server nothing, such as the settings, would never hear how it is; what asks a server that is away
  // again also tells when it is back.
  const remote = status.outbox?.remote;
  useEffect(() => {
    if (opened?.shared === undefined || (remote !== "unknown" && remote !== "away")) return;
    const { shared } = opened;
    const ask = () => {
      lookAgain();
      shared.list().catch(() => undefined); // the status says what is wrong
    };
    const timers = [setInterval(ask, LOOK_AGAIN_MS), ...(remote === "unknown" ? [setTimeout(ask, FIRST_LOOK_MS)] : [])];
    return () => timers.forEach(clearTimeout);
  }, [opened, remote]);

  // What was settled may read otherwise now.
  const settled = status.outbox?.pending;
  const needed = status.outbox?.needsYou.length;
  useEffect(() => lookAgain(), [settled, needed]);

  return <StatusContext value={status}>{children}</StatusContext>;
}

export function useHome(): {
  repository: PipelineRepository | null;
  /** The repository again, where it sends what waits to a server. */
  shared: FallbackPipelineRepository | undefined;
  /** What is on this device. */
  local: IndexedDbPipelineRepository | undefined;
  server: ServerStore | null;
  failure: { error: unknown } | null;
} {
  const { opened, server, failure } = useContext(HomeContext);
  return { repository: opened?.repository ?? null, shared: opened?.shared, local: opened?.local, server, failure };
}

export function useStatus(): Status {
  return useContext(StatusContext);
}

export function messageOf(error: unknown): string {
  if (isPipelineError(error)) return error.message;
  return error instanceof Error ? error.message : "Something went wrong";
}

type Loaded<T> =
  | { state: "loading" }
  /** `onDevice` goes on with what this device has, where there is a device beneath a server. */
  | { state: "failed"; error: unknown; onDevice?: () => void }
  | { state: "ready"; value: T };

/** Loads when the repository is there, and again when something may have changed: here, in another tab, or elsewhere meanwhile. */
export function useLoaded<T>(
  load: (repository: PipelineRepository) => Promise<T>,
  key: string,
): [Loaded<T>, () => void] {
  const { opened, failure } = useContext(HomeContext);
  const [loaded, setLoaded] = useState<{ key: string; result: Loaded<T> }>({ key, result: { state: "loading" } });
  const run = useEffectEvent(load);
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((last) => last + 1), []);

  useEffect(() => {
    if (opened === null) return;
    const { repository, local, shared } = opened;
    let current = true;
    // What this device has is shown at once; a slow server may say otherwise later.
    if (shared !== undefined) {
      void run(local)
        .then((value) => {
          const isSomething = Array.isArray(value) ? value.length > 0 : value !== null;
          if (!current || !isSomething) return;
          setLoaded((shown) =>
            shown.key === key && shown.result.state === "ready" ? shown : { key, result: { state: "ready", value } },
          );
        })
        .catch(() => undefined); // the repository says what is wrong
    }
    const onDevice = () => {
      run(local).then(
        (value) => setLoaded({ key, result: { state: "ready", value } }),
        (error: unknown) => setLoaded({ key, result: { state: "failed", error } }),
      );
    };
    run(repository).then(
      (value) => current && setLoaded({ key, result: { state: "ready", value } }),
      (error: unknown) =>
        // What is shown, and perhaps being edited, stays; the header says how the server is.
        current &&
        setLoaded((shown) =>
          shown.key === key && shown.result.state === "ready"
            ? shown
            : { key, result: { state: "failed", error, ...(shared !== undefined && { onDevice }) } },
        ),
    );
    return () => {
      current = false;
    };
  }, [opened, key, turn]);

  useEffect(() => onChange(again), [again]);

  // Who tries again sees that something happens.
  const retry = useCallback(() => {
    setLoaded({ key, result: { state: "loading" } });
    again();
  }, [key, again]);

  if (failure !== null) return [{ state: "failed", error: failure.error }, retry];
  const result: Loaded<T> = loaded.key === key ? loaded.result : { state: "loading" };
  return [result, result.state === "failed" ? retry : again];
}
