"use client";

import { useLayoutEffect, useMemo, useRef, useState, type RefObject } from "react";
import { flushSync } from "react-dom";
import { titleOf, type StepKind } from "@/lib/step-forms";
import * as list from "@/lib/steps";
import { withOption, type Fields, type StepValues } from "@/lib/values";
import { useSay } from "./announcer";
import type { Change } from "./use-editing";
import type { Folding } from "./use-folding";

/** What a step and the places between steps can do. The object is the same for good, so that nothing is drawn for it. */
export interface StepActions {
  edit: (id: string, field: string, edit: (step: StepValues) => StepValues) => void;
  setOption: (id: string, name: string, value: unknown) => void;
  /** Moves it to a place, and keeps the focus on the button, or on its counterpart at an end of the list. */
  move: (id: string, to: number, button?: "up" | "down") => void;
  remove: (id: string) => void;
  duplicate: (id: string) => void;
  insert: (index: number, kind: StepKind) => void;
  toggle: (id: string) => void;
  /** Shows which kinds can stand at that place, or hides them. */
  choose: (index: number | null) => void;
}

export interface StepEditing {
  actions: StepActions;
  /** The step that was removed last. */
  removed: list.RemovedStep | undefined;
  undo: () => void;
  /** The place that kinds are offered for. */
  choosing: number | null;
}

/** Every change ends with the focus where a person without a pointer goes on. `root` is the section of the steps. */
export function useStepActions(
  steps: readonly StepValues[],
  change: Change,
  folding: Folding,
  root: RefObject<HTMLElement | null>,
): StepEditing {
  const say = useSay();
  const now = useRef(steps);
  useLayoutEffect(() => {
    now.current = steps;
  });
  const [removals, setRemovals] = useState<readonly list.RemovedStep[]>([]);
  const [choosing, setChoosing] = useState<number | null>(null);
  // What stands in the list again, as after loading what was saved, needs no way back.
  const removed = removals.findLast(({ step }) => list.placeIn(steps, step.id) === -1);
  const { toggle, unfold } = folding;
  // By step: what was typed into controls that its state does not show, for when it does again.
  const aside = useRef(new Map<string, Fields>());

  const actions = useMemo<StepActions>(() => {
    const focus = (id: string, ...wanted: string[]) => {
      const cards = [...(root.current?.querySelectorAll<HTMLElement>("[data-step]") ?? [])];
      const card = cards.find(({ dataset }) => dataset.step === id);
      const found = wanted.map((each) => card?.querySelector<HTMLElement>(each)).find((each) => each != null);
      found?.focus();
      return found !== undefined;
    };
    const alter = (edit: (steps: readonly StepValues[]) => StepValues[]) => {
      const before = now.current;
      flushSync(() => {
        change("steps", (steps = []) => edit(steps));
        setChoosing(null);
      });
      return now.current.find((step) => list.placeIn(before, step.id) === -1);
    };
    const focusNew = (made: StepValues | undefined, words: string) => {
      if (made === undefined) return;
      say("steps", `${titleOf(made.kind)} ${words} step ${list.placeIn(now.current, made.id) + 1}`);
      focus(made.id, "[data-options] :is(input, select)", "[data-toggle]");
    };
    const edit: StepActions["edit"] = (id, field, edit) => {
      change("steps", (steps = []) => list.edited(steps, id, edit), `${id}.${field}`);
    };
    return {
      edit,
      setOption: (id, name, value) => {
        const hidden = aside.current.get(id) ?? {};
        aside.current.set(id, hidden);
        edit(id, name, (step) => withOption(step, name, value, hidden));
      },
      move: (id, to, button) => {
        alter((steps) => list.moved(steps, id, to));
        const at = list.placeIn(now.current, id);
        const step = now.current[at];
        if (step === undefined) return;
        say("steps", `${titleOf(step.kind)} is now step ${at + 1} of ${now.current.length}`);
        const enabled = "[data-move]:not(:disabled)";
        if (button !== undefined) focus(id, `[data-move=${button}]:not(:disabled)`, enabled);
      },
      remove: (id) => {
        const index = list.placeIn(now.current, id);
        const step = now.current[index];
        if (step === undefined) return;
        setRemovals((before) => [...before, { step, index }]);
        alter((steps) => list.without(steps, id));
        say("steps", `${titleOf(step.kind)} removed, ${now.current.length} left. Control+Z brings it back`);
        const next = now.current[Math.min(index, now.current.length - 1)];
        if (next === undefined || !focus(next.id, "[data-remove]"))
          root.current?.querySelector<HTMLElement>("[data-undo]")?.focus();
      },
      duplicate: (id) => {
        focusNew(
          alter((steps) => list.duplicated(steps, id)),
          "copied to",
        );
      },
      insert: (index, kind) => {
        focusNew(
          alter((steps) => list.inserted(steps, index, kind)),
          "added as",
        );
      },
      toggle,
      choose: (index) => {
        flushSync(() => {
          setChoosing(index);
        });
        const place = index === null ? null : root.current?.querySelector<HTMLElement>("[data-choosing] button");
        place?.focus();
      },
    };
  }, [change, say, root, toggle]);

  const undo = () => {
    if (removed === undefined) return;
    flushSync(() => {
      change("steps", (steps = []) => list.restored(steps, removed));
      setRemovals((before) => before.slice(0, before.indexOf(removed)));
      unfold([removed.step.id]);
    });
    say("steps", `${titleOf(removed.step.kind)} is back as step ${removed.index + 1}`);
    const cards = root.current?.querySelectorAll<HTMLElement>("[data-step]");
    cards?.[Math.min(removed.index, cards.length - 1)]?.querySelector<HTMLElement>("[data-remove]")?.focus();
  };

  return { actions, removed, undo, choosing };
}
