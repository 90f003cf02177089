/**
 * What happens before a page or a route is chosen.
 *
 * A browser gets its account with the first page, before the page asks for anything: several first requests at once
 * would each make one, and what was saved under all but the last would be gone.
 */
import { NextResponse, type NextRequest } from "next/server";
import { accountOf, setAccount } from "./server/account";
import { refusal } from "./server/refusal";
import { LIST_HEADER } from "./server/list-header";
import { serverStore } from "./server/store";

export function proxy(request: NextRequest): Response {
  const { pathname } = request.nextUrl;
  // Next would answer a bare 500, also after a rewrite.
  if (!isDecodable(pathname)) return answerUnknown(request);
  const isPage = !pathname.startsWith("/api/") && serverStore().kind !== "none";
  const isKnown = isPage && accountOf(request) !== null;
  const headers = new Headers(request.headers);
  headers.delete(LIST_HEADER);
  // A layout does not know which page it is around.
  if (isKnown && pathname === "/") headers.set(LIST_HEADER, request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  if (isPage && !isKnown) {
    const secure = request.nextUrl.protocol === "https:" || request.headers.get("x-forwarded-proto") === "https";
    setAccount(response, secure);
  }
  return response;
}

/** What a path that names nothing gets, from here: no route can be reached by one that cannot be decoded. */
function answerUnknown(request: NextRequest): Response {
  const { pathname } = request.nextUrl;
  const hasStore = serverStore().kind !== "none";
  if (pathname.startsWith("/api/pipelines/") && hasStore && accountOf(request) === null) {
    return refusal(401, "unauthorized", "nobody is signed in");
  }
  if (!/^\/api\/hooks\/[^/]*$/.test(pathname)) return refusal(404, "not_found", "there is no such route");
  if (!hasStore) return refusal(503, "unavailable", "this server keeps no pipelines");
  return refusal(404, "not_found", "no such webhook");
}

function isDecodable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

/** Of the API only paths with an escape: for the others Next would keep a copy of each body. */
export const config = { matcher: ["/", "/settings", "/changes/:path*", "/pipelines/:path*", "/api/(.*%.*)"] };
