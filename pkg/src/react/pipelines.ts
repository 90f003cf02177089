import { useMemo } from "react";
import { PipelineError } from "../error.js";
import { foldId } from "../ident.js";
import type { PipelineRepository, UpdateOptions } from "../repositories/repository.js";
import type { Pipeline, PipelineCreateInput, PipelineListItem, PipelineUpdateInput } from "../types.js";
import { cacheOf } from "./cache.js";
import type { Query } from "./entry.js";
import { usePipelineRepository } from "./provider.js";
import { useQuery, type Refreshable } from "./query.js";

/** What {@link usePipelines} gives. */
export interface ShownPipelines extends Refreshable {
  /** In the order of `comparePipelines`; absent until they are there. A row that has not changed is the same object. */
  readonly pipelines: readonly PipelineListItem[] | undefined;
}

/** What {@link usePipeline} gives. */
export interface ShownPipeline extends Refreshable {
  /** `null` where there is none of this id; absent until that is known. */
  readonly pipeline: Pipeline | null | undefined;
}

/** What {@link usePipelineActions} gives: the calls of the repository, which refresh what shows what they change. */
export interface PipelineActions {
  /** Throws `invalid` with every issue of the input. The result holds the new webhook secret. */
  readonly create: (input: PipelineCreateInput) => Promise<Pipeline>;
  /** Throws `not_found` for an unknown id, `invalid`, and `conflict` when `expectedUpdatedAt` is stale. */
  readonly update: (id: string, input: PipelineUpdateInput, options?: UpdateOptions) => Promise<Pipeline>;
  /** An unknown id is no error: nothing happens. */
  readonly remove: (id: string) => Promise<void>;
  /** Asks again for everything that is shown, after what these hooks cannot know of; settles when the answers are shown. */
  readonly refresh: () => Promise<void>;
}

const listQuery: Query<PipelineListItem[]> = {
  key: "list",
  read: (repository) => repository.list(),
  isKnown: (pipelines) => pipelines.length > 0,
};

/**
 * All pipelines. Asked again after a change: by these hooks, in another tab, while the page was out of sight. Of a
 * `FallbackPipelineRepository` what the device has is shown until the server has answered.
 */
export function usePipelines(): ShownPipelines {
  const { value, isLoading, error, refresh } = useQuery(listQuery);
  return useMemo(() => ({ pipelines: value, isLoading, error, refresh }), [value, isLoading, error, refresh]);
}

/** One pipeline, likewise. Nothing is asked while there is no id. */
export function usePipeline(id: string | undefined): ShownPipeline {
  const query = useMemo(() => (id === undefined ? undefined : pipelineQuery(foldId(id))), [id]);
  const { value, isLoading, error, refresh } = useQuery(query);
  return useMemo(() => ({ pipeline: value, isLoading, error, refresh }), [value, isLoading, error, refresh]);
}

function pipelineQuery(id: string): Query<Pipeline | null> {
  return {
    key: `pipeline ${id}`,
    pipelineId: id,
    read: (repository) => repository.get(id),
    isKnown: (pipeline) => pipeline !== null,
  };
}

/** Makes, changes and deletes pipelines. The same functions for as long as the repository is the same. */
export function usePipelineActions(): PipelineActions {
  const repository = usePipelineRepository();
  return useMemo(
    () => ({
      create: async (input) => {
        const there = present(repository);
        const pipeline = await there.create(input);
        void cacheOf(there).look(pipeline.id);
        return pipeline;
      },
      update: (id, input, options) => changing(repository, id, (there) => there.update(id, input, options)),
      remove: (id) => changing(repository, id, (there) => there.delete(id)),
      refresh: async () => {
        if (repository !== null) await cacheOf(repository).look();
      },
    }),
    [repository],
  );
}

/** Carries out a change of a pipeline, and has looked at again what shows it: a refusal too may tell of another's change. */
export async function changing<T>(
  repository: PipelineRepository | null,
  id: string,
  change: (repository: PipelineRepository) => Promise<T>,
): Promise<T> {
  const there = present(repository);
  try {
    return await change(there);
  } finally {
    void cacheOf(there).look(id);
  }
}

function present(repository: PipelineRepository | null): PipelineRepository {
  if (repository !== null) return repository;
  throw new PipelineError({ code: "unavailable", message: "there is no repository yet", retryable: true });
}
