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

/** What leaving would lose, in the words of the question. */
interface Loss {
  title: string;
  text: string;
}

interface Guard {
  /** Asks before `leave` where something would be lost; `true` when it asked. */
  ask: (leave: () => void) => boolean;
  /** Asks for `loss` from now on, until the function that it returns is called. */
  hold: (loss: Loss) => () => void;
}

const unsavedChanges: Loss = { title: "Leave without saving?", text: "What you changed here has not been saved." };

const GuardContext = createContext<Guard>({ ask: () => false, hold: () => () => undefined });

/** Asks before a page is left that would lose something: by a link, by the browser's back button, by closing it. */
export function LeaveGuard({ children }: { children: ReactNode }) {
  const losses = useRef(new Set<Loss>());
  const [pending, setPending] = useState<{ leave: () => void; loss: Loss } | null>(null);

  const guard = useMemo<Guard>(
    () => ({
      ask: (leave) => {
        const loss = [...losses.current].at(-1);
        if (loss === undefined) return false;
        setPending({ leave, loss });
        return true;
      },
      hold: (loss) => {
        losses.current.add(loss);
        return () => losses.current.delete(loss);
      },
    }),
    [],
  );

  useEffect(() => {
    const navigation = (window as { navigation?: Navigation }).navigation;
    const onUnload = (event: BeforeUnloadEvent) => {
      if (losses.current.size > 0) event.preventDefault();
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
        title={pending?.loss.title ?? ""}
        confirm="Leave"
        cancel="Stay"
        onCancel={() => setPending(null)}
        onConfirm={() => {
          losses.current.clear();
          setPending(null);
          pending?.leave();
        }}
      >
        {pending?.loss.text}
      </ConfirmDialog>
    </GuardContext>
  );
}

/** Holds the guard up while leaving would lose `loss`, which has to be the same object at every call. */
export function useLeaveGuard(holds: boolean, loss: Loss = unsavedChanges): void {
  const { hold } = useContext(GuardContext);
  useEffect(() => (holds ? hold(loss) : undefined), [holds, hold, loss]);
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
