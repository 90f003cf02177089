/** Where this server keeps pipelines, by its environment at the moment of the call. */
import "server-only";
import type { Endpoint } from "convex-pipelines";

export type Store =
  | { kind: "convex"; endpoint: Endpoint }
  | { kind: "file"; path: string }
  /** Nowhere: browsers keep their own. */
  | { kind: "none" };

export function serverStore(environment: NodeJS.ProcessEnv = process.env): Store {
  const baseUrl = environment.CONVEX_URL;
  const authToken =
    environment.PIPELINES_ADMIN_TOKEN || environment.CONVEX_ADMIN_KEY || environment.CONVEX_DEPLOYMENT_KEY;
  if (baseUrl && authToken) {
    return { kind: "convex", endpoint: { baseUrl, authToken, authScheme: environment.CONVEX_AUTH_SCHEME || "Bearer" } };
  }
  const path = environment.PIPELINES_DATA_PATH;
  return path ? { kind: "file", path } : { kind: "none" };
}
