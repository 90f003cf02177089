import "server-only";

/** An error in the package's shape, from a route that is not of the package's wire. */
export function refusal(status: number, code: string, message: string): Response {
  return Response.json(
    { error: { code, message } },
    { status, headers: { "Cache-Control": "no-store", ...(status === 503 && { "Retry-After": "30" }) } },
  );
}
