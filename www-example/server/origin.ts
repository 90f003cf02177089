import "server-only";

/**
 * Whether a request with a cookie was made by a page of this site. Browsers that send no `Sec-Fetch-Site` send `Origin`
 * with every POST; what sends neither is no browser, and carries nobody's cookie but its own.
 */
export function isFromThisSite(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  const origin = request.headers.get("origin");
  return origin === null || (URL.canParse(origin) && new URL(origin).host === request.headers.get("host"));
}
