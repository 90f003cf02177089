"use client";

import {
  PipelineError,
  type Pipeline,
  type PipelineListItem,
  type PipelineRepository,
  type PipelineRuns,
} from "convex-pipelines";
import { usePipelineActions } from "convex-pipelines/react";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { handOver } from "@/lib/created";
import { copyOf, definitionOf } from "@/lib/definition";
import { durationOf, isMoving, statusOf, tookOf } from "@/lib/runs";
import { useHome } from "./repository-provider";

/** What became of an action, as the list says it. */
export interface Notice {
  text: string;
  /** It is to be read now: what had focus is gone. */
  hasFocus?: boolean;
  action?: { label: string; act: () => void };
  failure?: { error: unknown; retry: () => void };
}

export interface RowActions {
  /** Absent where nothing runs. */
  run: ((item: PipelineListItem) => Promise<void>) | undefined;
  setPaused: (item: PipelineListItem, paused: boolean) => Promise<void>;
  duplicate: (item: PipelineListItem) => Promise<void>;
  askToDelete: (item: PipelineListItem) => void;
  remove: (item: PipelineListItem) => Promise<void>;
  /** Says that a pipeline was deleted, and offers to make it again. */
  sayDeleted: (pipeline: Pipeline) => void;
}

const LOOK_MS = 1_000;
/** A run that takes longer is seen on its page. */
const MOST_LOOKS = 60;

/** What can be done with a pipeline without opening it; `say` is told what became of it. */
export function useRowActions(
  say: (notice: Notice) => void,
  askToDelete: (item: PipelineListItem) => void,
): RowActions {
  const { repository, server } = useHome();
  const { create, update, remove, refresh } = usePipelineActions();
  const router = useRouter();
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
    };
  }, []);

  /** Failures are said with what was tried, which can be tried again. */
  const attempt = async (failed: string, act: (repository: PipelineRepository) => Promise<void>): Promise<void> => {
    if (repository === null) return;
    try {
      await act(repository);
    } catch (error) {
      say({ text: failed, failure: { error, retry: () => void attempt(failed, act) } });
    }
  };

  const runs = server === "none" ? undefined : repository?.runs;
  const run = async (source: PipelineRuns, { id, name }: PipelineListItem) => {
    const started = await source.start({ id, trigger: "manual" });
    say({ text: `${name}: run queued.` });
    let seen = started;
    for (let looks = 0; looks < MOST_LOOKS && isMoving(seen) && !left.current; looks++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      seen = (await source.get(started.runId).catch(() => null)) ?? seen;
    }
    if (left.current || isMoving(seen)) return;
    const took = tookOf(seen);
    const parts = [statusOf(seen), ...(took === undefined ? [] : [durationOf(took)])].join(", ");
    say({ text: `${name}: ${parts}.${seen.error === undefined ? "" : ` ${seen.error}`}` });
    void refresh();
  };

  const restore = (pipeline: Pipeline) =>
    attempt(`${pipeline.name} was not restored.`, async () => {
      const made = await create(definitionOf(pipeline));
      if (server === "none") say({ text: `Restored ${made.name}.`, hasFocus: true });
      else open(made);
    });

  /** With its webhook URL, which nobody tells again. */
  const open = (made: Pipeline) => {
    handOver(made);
    router.push(`/pipelines/${made.id}`);
  };

  const sayDeleted = (pipeline: Pipeline) => {
    const label = server === "none" ? "Undo" : "Restore as new";
    say({ text: `Deleted ${pipeline.name}.`, hasFocus: true, action: { label, act: () => void restore(pipeline) } });
  };

  return {
    run: runs && ((item) => attempt(`${item.name} was not started.`, () => run(runs, item))),
    setPaused: (item, paused) =>
      attempt(`${item.name} was not ${paused ? "paused" : "resumed"}.`, async (repository) => {
        const { schedule, updatedAt } = await found(repository, item);
        if (schedule === undefined) return;
        const input = { schedule: { ...schedule, enabled: !paused } };
        await update(item.id, input, { expectedUpdatedAt: updatedAt });
        say({ text: `${paused ? "Paused" : "Resumed"} ${item.name}.` });
      }),
    duplicate: (item) =>
      attempt(`${item.name} was not duplicated.`, async (repository) => {
        open(await create(copyOf(await found(repository, item))));
      }),
    askToDelete,
    remove: (item) =>
      attempt(`${item.name} was not deleted.`, async (repository) => {
        // Without a copy it cannot be restored, and goes all the same.
        const pipeline = await repository.get(item.id).catch(() => null);
        await remove(item.id);
        if (pipeline === null) say({ text: `Deleted ${item.name}.`, hasFocus: true });
        else sayDeleted(pipeline);
      }),
    sayDeleted,
  };
}

/** The pipeline of a row, as it stands by now. */
async function found(repository: PipelineRepository, { id }: PipelineListItem): Promise<Pipeline> {
  const pipeline = await repository.get(id);
  if (pipeline !== null) return pipeline;
  throw new PipelineError({ code: "not_found", message: "there is no such pipeline" });
}
