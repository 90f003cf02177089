/** The suite of all repositories for a device before Convex. Both are in one process here, so both have the whole module. */
import { FallbackPipelineRepository, InMemoryPipelineRepository } from "convex-pipelines";
import { afterEach, beforeEach, vi } from "vitest";
import { repositorySuite } from "../repositories/suite";
import { backend, quiet } from "./backend";
import { repositoryOver } from "./client";

beforeEach(quiet);
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

repositorySuite(
  "the fallback over the Convex repository",
  () => new FallbackPipelineRepository({ remote: repositoryOver(backend()), local: new InMemoryPipelineRepository() }),
);
