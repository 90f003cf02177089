import { createContext, createElement, useContext, type ReactElement, type ReactNode } from "react";
import { config } from "../options.js";
import type { PipelineRepository } from "../repositories/repository.js";

const RepositoryContext = /* @__PURE__ */ createContext<PipelineRepository | null | undefined>(undefined);

/** Properties of {@link PipelineProvider}. */
export interface PipelineProviderProps {
  /** `null` until there is one: opening IndexedDB takes a moment, and a server has none. */
  repository: PipelineRepository | null;
  children?: ReactNode;
}

/** Gives the components below it the repository that their hooks ask. */
export function PipelineProvider({ repository, children }: PipelineProviderProps): ReactElement {
  return createElement(RepositoryContext.Provider, { value: repository }, children);
}

/** The repository of the {@link PipelineProvider} above; `null` until there is one. Throws `config` where there is no provider. */
export function usePipelineRepository(): PipelineRepository | null {
  const repository = useContext(RepositoryContext);
  if (repository === undefined) throw config("PipelineProvider", "must stand above whatever uses these hooks");
  return repository;
}
