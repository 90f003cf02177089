"use client";

import { useId, useRef } from "react";
import { CircleUser } from "lucide-react";
import { GuardedLink } from "./leave-guard";
import { useDevice, useHome, whyVolatile } from "./repository-provider";

/** Whose pipelines a page shows. The demo knows browsers; an app with sign-in shows the person's name here. */
const ACCOUNT = "This browser";

/** Whose pipelines these are, what to do when others are missed, and the way to the settings. */
export function AccountMenu() {
  const { server } = useHome();
  const volatile = whyVolatile(useDevice());
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  return (
    <>
      <button type="button" popoverTarget={id} className="button px-2.5 sm:px-3.5" aria-label={`Account: ${ACCOUNT}`}>
        <CircleUser aria-hidden className="size-5" />
        <span className="max-sm:hidden">{ACCOUNT}</span>
      </button>
      <div ref={panel} id={id} popover="auto" className="header-popover">
        <p className="font-medium">{ACCOUNT}</p>
        <p className="mt-2">
          {server === "none"
            ? volatile === undefined
              ? "These pipelines are stored in this browser only."
              : "These pipelines last until this page is closed."
            : "These pipelines belong to this browser, which the server recognises by a cookie."}
        </p>
        <p className="mt-2 text-soft">
          Pipelines made in another browser, or before {server === "none" ? "site data was" : "cookies were"} deleted,
          are not shown. To move pipelines, export them there and import them here, both in Settings.
        </p>
        <GuardedLink href="/settings" className="button mt-3" onClick={() => panel.current?.hidePopover()}>
          Settings
        </GuardedLink>
      </div>
    </>
  );
}
