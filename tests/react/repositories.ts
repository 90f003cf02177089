/** Real repositories for the hooks, each closed behind its test. */
import {
  FallbackPipelineRepository,
  InMemoryPipelineRepository,
  IndexedDbPipelineRepository,
  PipelineError,
  type PipelineRepository,
} from "convex-pipelines";
import { deleteDB } from "idb";
import { afterEach } from "vitest";

const opened: { close(): unknown }[] = [];
const names: string[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
  localStorage.clear();
  for (const name of names.splice(0)) await deleteDB(name);
});

export function freshName(): string {
  const name = `react ${crypto.randomUUID()}`;
  names.push(name);
  return name;
}

/** A tab of its own on the database of this name. */
export async function indexedDb(name = freshName()): Promise<IndexedDbPipelineRepository> {
  const repository = await IndexedDbPipelineRepository.open({ name });
  opened.push(repository);
  return repository;
}

/** A server that can be away, behind a device: a tab of its own on the database of this name. */
export async function fallback(name = freshName(), server = new Server()): Promise<{ repository: FallbackPipelineRepository; server: Server }> {
  const repository = new FallbackPipelineRepository({ remote: server, local: await indexedDb(name), patienceMs: 500 });
  opened.push(repository);
  return { repository, server };
}

/** A memory whose answers can be refused or held back. */
export class Server extends InMemoryPipelineRepository {
  isAway = false;
  /** What every call fails with. */
  refusal: PipelineError | undefined;
  /** Answers wait for it. */
  gate: Promise<void> = Promise.resolve();
  readonly asked: string[] = [];

  override list(): ReturnType<PipelineRepository["list"]> {
    return this.#answer("list", () => super.list());
  }

  override get(id: string): ReturnType<PipelineRepository["get"]> {
    return this.#answer(`get ${id}`, () => super.get(id));
  }

  override create(...args: Parameters<InMemoryPipelineRepository["create"]>): ReturnType<InMemoryPipelineRepository["create"]> {
    return this.#answer("create", () => super.create(...args));
  }

  override update(...args: Parameters<InMemoryPipelineRepository["update"]>): ReturnType<InMemoryPipelineRepository["update"]> {
    return this.#answer("update", () => super.update(...args));
  }

  async #answer<T>(name: string, call: () => Promise<T>): Promise<T> {
    this.asked.push(name);
    await this.gate;
    if (this.isAway) throw new PipelineError({ code: "unavailable", message: "the server is away", retryable: true });
    if (this.refusal !== undefined) throw this.refusal;
    return call();
  }

  /** What was asked since the last time. */
  taken(): string[] {
    return this.asked.splice(0);
  }
}
