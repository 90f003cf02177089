// The host's classes by their own types where a project has those, of the DOM or of Node, and what is used of them where it
// has none: no project needs a library of types for a server's or a test's sake.

/** A `Request`. */
export type WebRequest = typeof globalThis extends { Request: { prototype: infer Known } } ? Known : BareRequest;

/** A `Response`. */
export type WebResponse = typeof globalThis extends { Response: { prototype: infer Known } } ? Known : BareResponse;

/** An `AbortSignal`. */
export type WebSignal = typeof globalThis extends { AbortSignal: { prototype: infer Known } } ? Known : object;

/** A function like the host's `fetch`, as it is called here. What it answers is looked at with care. */
export type Fetch = (url: string, init: FetchInit) => PromiseLike<unknown>;

/** With what {@link Fetch} is called. */
export interface FetchInit {
  method: "POST";
  headers: Record<string, string>;
  body: string;
  redirect: "manual";
  signal: WebSignal;
  /** Where the host knows it. */
  cache?: "no-store";
  /** Where the host knows it. */
  credentials?: "omit" | "same-origin";
}

/** What of a request is looked at. */
export interface BareRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body: unknown;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What can be asked of an answer. */
export interface BareResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}
