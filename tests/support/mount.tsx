// Components on a page as a browser schedules them: nothing waits for React, so that each commit counts.
import { StrictMode, useEffect, type ReactElement } from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, vi, type MockInstance } from "vitest";

let said: MockInstance<typeof console.error>;
const open = new Set<() => void>();

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
  said = vi.spyOn(console, "error");
});
afterEach(() => {
  for (const close of [...open]) close();
  const warnings = said.mock.calls.slice();
  vi.restoreAllMocks();
  expect(warnings, "React warns on the console").toEqual([]);
});

export interface Mounted {
  render: (element: ReactElement) => void;
  unmount: () => void;
  text: () => string;
}

/** Shows a component in the document, in strict mode unless it is said otherwise. */
export function mount(element: ReactElement, { isStrict = true } = {}): Mounted {
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  const dressed = (inner: ReactElement) => (isStrict ? <StrictMode>{inner}</StrictMode> : inner);
  root.render(dressed(element));
  return mounted(root, container, dressed);
}

/** Takes over what a server has rendered. */
export function hydrate(html: string, element: ReactElement): Mounted {
  const container = document.body.appendChild(document.createElement("div"));
  container.innerHTML = html;
  const dressed = (inner: ReactElement) => <StrictMode>{inner}</StrictMode>;
  return mounted(hydrateRoot(container, dressed(element)), container, dressed);
}

function mounted(root: Root, container: HTMLElement, dressed: (inner: ReactElement) => ReactElement): Mounted {
  const unmount = () => {
    root.unmount();
    container.remove();
    open.delete(unmount);
  };
  open.add(unmount);
  return {
    render: (next) => root.render(dressed(next)),
    unmount,
    text: () => container.textContent,
  };
}

/** Counts what reaches the screen, by name. */
export class Commits {
  readonly #counts = new Map<string, number>();

  /** A hook: each commit of the component that calls it counts. */
  readonly use = (name: string): void => {
    useEffect(() => {
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    });
  };

  /** What was counted since the last time. */
  taken(): Record<string, number> {
    const counts = Object.fromEntries(this.#counts);
    this.#counts.clear();
    return counts;
  }
}

/** Long enough for whatever should not happen. */
export function quiet(milliseconds = 150): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
