/** A client of Convex in memory. */
import { ConvexPipelineRepository } from "convex-pipelines";
import { TOKEN, type Backend } from "./backend";

const BASE_URL = "https://happy-otter-123.convex.site";

export function repositoryOver(t: Backend, options: { accountId?: string; authToken?: string } = {}): ConvexPipelineRepository {
  const fetch = (url: RequestInfo | URL, init?: RequestInit) => t.fetch(new URL(url as string).pathname, init);
  return new ConvexPipelineRepository({ baseUrl: BASE_URL, authToken: TOKEN, fetch, ...options });
}
