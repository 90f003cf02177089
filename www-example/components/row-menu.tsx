"use client";

import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import type { PipelineListItem } from "convex-pipelines";
import { useRef } from "react";
import { Ellipsis } from "lucide-react";
import type { RowActions } from "./use-row-actions";

/** What can be done with a pipeline from its row. */
export function RowMenu({ item, actions }: { item: PipelineListItem; actions: RowActions }) {
  const trigger = useRef<HTMLButtonElement>(null);
  const chosen = useRef<() => void>(null);
  const isPaused = item.schedule?.enabled === false;
  const entries: [words: string, act: () => void, isDanger?: boolean][] = [
    ...(actions.run === undefined ? [] : [["Run now", () => void actions.run?.(item)] as [string, () => void]]),
    ...(item.schedule === undefined
      ? []
      : [[isPaused ? "Resume" : "Pause", () => void actions.setPaused(item, !isPaused)] as [string, () => void]]),
    ["Duplicate", () => void actions.duplicate(item)],
    ["Delete", () => actions.askToDelete(item), true],
  ];
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger ref={trigger} className="icon-button" aria-label={`Actions for ${item.name}`}>
        <Ellipsis aria-hidden className="size-5" />
      </DropdownMenu.Trigger>
      {/* Content outside of landmarks is missed by those who move by them. */}
      <DropdownMenu.Portal container={document.getElementById("main")}>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-20 min-w-40 rounded-md border border-line bg-raised p-1 shadow-lg"
          onCloseAutoFocus={(event) => {
            if (chosen.current === null) return;
            // What is chosen begins once focus is back here: a question that it asks returns focus to this button.
            event.preventDefault();
            trigger.current?.focus();
            chosen.current();
            chosen.current = null;
          }}
        >
          {entries.map(([words, act, isDanger]) => (
            <DropdownMenu.Item
              key={words}
              className={`flex min-h-10 cursor-pointer items-center rounded px-3 text-sm outline-none data-highlighted:bg-tint data-highlighted:outline-2 data-highlighted:-outline-offset-2 data-highlighted:outline-accent ${isDanger === true ? "text-danger" : ""}`}
              onSelect={() => {
                chosen.current = act;
              }}
            >
              {words}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
