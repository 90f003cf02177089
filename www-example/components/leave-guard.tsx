"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ComponentProps,
  type ReactNode,
} from "react";
import { ConfirmDialog } from "./confirm-dialog";

/** The part of the Navigation API that a guard needs; browsers without it still ask on reload and on links. */
interface TraverseEvent extends Event {
  navigationType: string;
  destination: { key: string };
}
interface Navigation extends EventTarget {
  traverseTo(key: string): unknown;
}

interface Guard {
  /** Asks before `leave` where something is unsaved; `true` when it asked. */
  ask: (leave: () => void) => boolean;
  setUnsaved: (unsaved: boolean) => void;
}

const GuardContext = createContext<Guard>({ ask: () => false, setUnsaved: () => undefined });

/** Asks before a page with unsaved changes is left: by a link, by the browser's back button, by closing it. */
export function LeaveGuard({ children }: { children: ReactNode }) {
  const unsaved = useRef(false);
  const [pending, setPending] = useState<(() => void) | null>(null);

  const guard = useMemo<Guard>(
    () => ({
      ask: (leave) => {
        if (!unsaved.current) return false;
        setPending(() => leave);
        return true;
      },
      setUnsaved: (value) => {
        unsaved.current = value;
      },
    }),
    [],
  );

  useEffect(() => {
    const navigation = (window as { navigation?: Navigation }).navigation;
    const onUnload = (event: BeforeUnloadEvent) => {
      if (unsaved.current) event.preventDefault();
    };
    const onNavigate = (event: Event) => {
      const { navigationType, destination, cancelable } = event as TraverseEvent;
      if (navigationType !== "traverse" || !cancelable) return;
      if (guard.ask(() => navigation?.traverseTo(destination.key))) event.preventDefault();
    };
    window.addEventListener("beforeunload", onUnload);
    navigation?.addEventListener("navigate", onNavigate);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      navigation?.removeEventListener("navigate", onNavigate);
    };
  }, [guard]);

  return (
    <GuardContext value={guard}>
      {children}
      <ConfirmDialog
        open={pending !== null}
        title="Leave without saving?"
        confirm="Leave"
        cancel="Stay"
        onCancel={() => setPending(null)}
        onConfirm={() => {
          unsaved.current = false;
          setPending(null);
          pending?.();
        }}
      >
        What you changed here has not been saved.
      </ConfirmDialog>
    </GuardContext>
  );
}

/** Holds the guard up while `unsaved`. */
export function useLeaveGuard(unsaved: boolean): void {
  const { setUnsaved } = useContext(GuardContext);
  useEffect(() => {
    setUnsaved(unsaved);
    return () => setUnsaved(false);
  }, [unsaved, setUnsaved]);
}

/** A link that asks first where something is unsaved. */
export function GuardedLink({
  href,
  ...rest
}: Omit<ComponentProps<typeof Link>, "href" | "onNavigate"> & { href: string }) {
  const { ask } = useContext(GuardContext);
  const router = useRouter();
  const leave = useCallback(() => router.push(href), [router, href]);
  return (
    <Link
      {...rest}
      href={href}
      onNavigate={(event) => {
        if (ask(leave)) event.preventDefault();
      }}
    />
  );
}
