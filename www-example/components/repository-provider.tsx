"use client";

import {
  isPipelineError,
  type FallbackPipelineRepository,
  type IndexedDbPipelineRepository,
  type LocalStatus,
  type PipelineRepository,
} from "convex-pipelines";
import { PipelineProvider } from "convex-pipelines/react";
import {
  createContext,
  startTransition,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from "react";
import { moduleLoaded } from "@/lib/module";
import { openRepository, type Opened, type ServerStore } from "@/lib/repository";

interface Home {
  opened: Opened | null;
  server: ServerStore | null;
  /** Why there is no repository. */
  failure: { error: unknown } | null;
}

const HomeContext = createContext<Home>({ opened: null, server: null, failure: null });

/** Opens the repository once for all pages. `server` arrives with the page: it is read when the page is asked for. */
export function RepositoryProvider({ server, children }: { server: Promise<ServerStore>; children: ReactNode }) {
  const [home, setHome] = useState<Home>({ opened: null, server: null, failure: null });

  useEffect(() => {
    const left = new AbortController();
    // A transition, because any other update that reaches a part of the page which is not alive yet draws that part anew: what
    // was typed into it would be gone.
    const found = (home: Home) =>
      startTransition(() => {
        if (!left.signal.aborted) setHome(home);
      });
    const open = async () => {
      try {
        const store = await server;
        await moduleLoaded;
        const opened = await openRepository(store);
        found({ opened, server: store, failure: null });
      } catch (error) {
        found({ opened: null, server: null, failure: { error } });
      }
    };
    void open();
    return () => left.abort();
  }, [server]);

  return (
    <HomeContext value={home}>
      <PipelineProvider repository={home.opened?.repository ?? null}>{children}</PipelineProvider>
    </HomeContext>
  );
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

/** How what is saved here is kept; absent until the device is open. */
export function useDevice(): LocalStatus | undefined {
  const { local } = useHome();
  const subscribe = useCallback((listener: () => void) => local?.subscribeStatus(listener) ?? nothing, [local]);
  return useSyncExternalStore(subscribe, () => local?.status, nothing);
}

/** Why what is saved here ends with the page; `undefined` where it does not. */
export function whyVolatile(device: LocalStatus | undefined): string | undefined {
  return device?.durable === false ? (device.reason ?? "this browser keeps nothing") : undefined;
}

function nothing(): undefined {
  return undefined;
}

export function messageOf(error: unknown): string {
  if (isPipelineError(error)) return error.message;
  return error instanceof Error ? error.message : "Something went wrong";
}
