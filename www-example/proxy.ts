/**
 * Gives a browser its account with the first page, before the page asks for anything: several first requests at once
 * would each make one, and what was saved under all but the last would be gone.
 */
import { NextResponse, type NextRequest } from "next/server";
import { accountOf, setAccount } from "./server/account";
import { serverStore } from "./server/store";

export function proxy(request: NextRequest): NextResponse {
  const response = NextResponse.next();
  if (serverStore().kind !== "none" && accountOf(request) === null) {
    const secure = request.nextUrl.protocol === "https:" || request.headers.get("x-forwarded-proto") === "https";
    setAccount(response, secure);
  }
  return response;
}

export const config = { matcher: ["/", "/pipelines/:path*"] };
