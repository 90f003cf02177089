/**
 * Who is signed in.
 *
 * The demo gives each browser an account of its own, in a signed cookie. An app with real sign-in replaces this file:
 * with Clerk, `accountOf` becomes `(await auth()).userId`, and `setAccount` and `proxy.ts` go.
 */
import "server-only";
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { NextResponse } from "next/server";
import { serverStore } from "./store";

const COOKIE = "pipelines-account";
const YEAR = 365 * 24 * 60 * 60;

/** What of a request says who is signed in. */
interface Session {
  cookies: { get: (name: string) => { value: string } | undefined };
}

/** The account that a request belongs to, or `null`. Never taken from anything but the session. */
export function accountOf(request: Session): string | null {
  const [userId, signature, ...rest] = request.cookies.get(COOKIE)?.value.split(".") ?? [];
  if (userId === undefined || signature === undefined || rest.length > 0) return null;
  const given = Buffer.from(signature, "base64url");
  const right = signatureOf(userId);
  return given.length === right.length && timingSafeEqual(given, right) ? userId : null;
}

/** Gives a browser an account. */
export function setAccount(response: NextResponse, secure: boolean): void {
  const userId = randomUUID();
  response.cookies.set({
    name: COOKIE,
    value: `${userId}.${signatureOf(userId).toString("base64url")}`,
    httpOnly: true,
    sameSite: "lax",
    secure,
    path: "/",
    maxAge: YEAR,
  });
}

function signatureOf(userId: string): Buffer {
  return createHmac("sha256", sessionKey()).update(`account ${userId}`).digest();
}

const keys = new Map<string, string | Buffer>();

/** `PIPELINES_SESSION_SECRET`, or a key beside the data file, or one derived from the token, which no browser ever sees. */
function sessionKey(): string | Buffer {
  const given = process.env.PIPELINES_SESSION_SECRET;
  if (given) return given;
  const store = serverStore();
  switch (store.kind) {
    case "convex":
      return createHmac("sha256", store.endpoint.authToken ?? "")
        .update("convex-pipelines session")
        .digest();
    case "file": {
      const path = join(dirname(store.path), "session.key");
      const known = keys.get(path) ?? keyAt(path);
      keys.set(path, known);
      return known;
    }
    case "none":
      throw new Error("without a store there is nobody to tell apart");
  }
}

/** Reads the key, or makes it. Written aside and linked into place: of two processes that make one, both use the first. */
function keyAt(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}.${randomUUID()}`;
  try {
    return readFileSync(path, "utf8");
  } catch {
    writeFileSync(own, randomBytes(32).toString("base64url"), { mode: 0o600 });
  }
  try {
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(own);
  }
  return readFileSync(path, "utf8");
}
