/**
 * What happens before a page or a route is chosen.
 *
 * A browser gets its account with the first page, before the page asks for anything: several first requests at once
 * would each make one, and what was saved under all but the last would be gone.
 */
import { NextResponse, type NextRequest } from "next/server";
import { accountOf, setAccount } from "./server/account";
import { serverStore } from "./server/store";

export function proxy(request: NextRequest): NextResponse {
  const { pathname } = request.nextUrl;
  if (!isDecodable(pathname)) {
    // Next answers a bare 500. With each percent sign standing for itself the path names something that does not exist.
    return NextResponse.rewrite(new URL(pathname.replaceAll("%", "%25"), request.url));
  }
  const response = NextResponse.next();
  if (!pathname.startsWith("/api/") && serverStore().kind !== "none" && accountOf(request) === null) {
    const secure = request.nextUrl.protocol === "https:" || request.headers.get("x-forwarded-proto") === "https";
    setAccount(response, secure);
  }
  return response;
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
export const config = { matcher: ["/", "/pipelines/:path*", "/api/(.*%.*)"] };
