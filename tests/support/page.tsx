// A component on a page, as people use it: they type, tick and press.
import { act, type ReactElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, type Mock } from "vitest";

const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) act(close);
});

/** Shows a component in the document. */
export async function show(element: ReactElement): Promise<void> {
  // React asks for it before it lets anybody wait for what it does.
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  open.push(() => {
    root.unmount();
    container.remove();
  });
  await act(async () => {
    root.render(element);
    await settled();
  });
}

/** Types a text into the field of this name, in place of what is there. */
export async function type(name: string, text: string): Promise<void> {
  const field = find<HTMLInputElement>(`[name="${CSS.escape(name)}"]`);
  await act(async () => {
    // React looks at the value that the element itself was given last.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await settled();
  });
}

/** Ticks the box of this name. */
export async function tick(name: string): Promise<void> {
  await press(`[name="${CSS.escape(name)}"]`);
}

/** Submits the form. */
export async function submit(): Promise<void> {
  await press("button");
}

/** Shows a form whose `field` holds too many points: it is refused there, and filled in better. */
export async function refusedAndMended(form: ReactElement, field: string, submitted: Mock): Promise<void> {
  await show(form);
  await submit();
  expect(alert()).toBe("must be between 1 and 20");
  expect(submitted).not.toHaveBeenCalled();
  await type(field, "5");
}

/** What stands in the alert. */
export function alert(): string {
  return document.querySelector("[role=alert]")?.textContent ?? "";
}

async function press(selector: string): Promise<void> {
  await act(async () => {
    find<HTMLElement>(selector).click();
    await settled();
  });
}

function find<E extends Element>(selector: string): E {
  const found = document.querySelector<E>(selector);
  if (found === null) throw new Error(`there is no ${selector} in ${document.body.innerHTML}`);
  return found;
}

/** Validation may be asynchronous in the libraries, even where a schema is not. */
function settled(): Promise<void> {
  return new Promise((done) => setTimeout(done, 20));
}
