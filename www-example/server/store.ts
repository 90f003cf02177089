/** Where this server keeps pipelines, by its environment at the moment of the call. */
import "server-only";
import { PipelineError, type Endpoint } from "convex-pipelines";

export type Store =
  | { kind: "convex"; endpoint: Endpoint }
  | { kind: "file"; path: string }
  /** Nowhere: browsers keep their own. */
  | { kind: "none" };

export function serverStore(environment: NodeJS.ProcessEnv = process.env): Store {
  // A variable that is set to nothing is not set.
  const set = (name: string) => (environment[name] === "" ? undefined : environment[name]);
  const baseUrl = set("CONVEX_URL");
  const authToken = set("PIPELINES_ADMIN_TOKEN") ?? set("CONVEX_ADMIN_KEY") ?? set("CONVEX_DEPLOYMENT_KEY");
  if (baseUrl !== undefined && authToken !== undefined) {
    return { kind: "convex", endpoint: { baseUrl, authToken, authScheme: set("CONVEX_AUTH_SCHEME") ?? "Bearer" } };
  }
  const path = set("PIPELINES_DATA_PATH");
  return path === undefined ? { kind: "none" } : { kind: "file", path };
}

/** Throws `unavailable` where this server keeps nothing. */
export function requireStore(): Exclude<Store, { kind: "none" }> {
  const store = serverStore();
  if (store.kind !== "none") return store;
  throw new PipelineError({
    code: "unavailable",
    message: "this server keeps no pipelines: set CONVEX_URL and a token, or PIPELINES_DATA_PATH",
  });
}
