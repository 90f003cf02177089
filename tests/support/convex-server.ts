/** A Convex deployment in memory behind a real HTTP server, which holds the token, as a route of an app does. */
import { AUTHORIZED, backend, quiet } from "../convex/backend.js";
import { Loopback } from "./loopback.js";

/** Serves the account that the header `x-account` names. */
export function serveConvex(): Promise<Loopback> {
  quiet();
  const deployment = backend();
  return Loopback.serve(async (request) => {
    const args = { ...((await request.json()) as object), accountId: request.headers.get("x-account") };
    const init = { method: request.method, headers: AUTHORIZED, body: JSON.stringify(args) };
    return deployment.fetch(new URL(request.url).pathname, init);
  });
}
