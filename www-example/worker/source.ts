/**
 * The text at a pipeline's source. Anybody with an account can name an address, so this asks only what is public: after each
 * look-up of a name, and again at each redirect, private, loopback and link-local addresses are refused.
 */
import { get as getHttp, type IncomingMessage } from "node:http";
import { get as getHttps } from "node:https";
import { convert } from "html-to-text";
import { useAgent } from "request-filtering-agent";
import { RunFailure } from "./failure";

const DEADLINE_MS = 10_000;
const MOST_BYTES = 1024 * 1024;
const MOST_REDIRECTS = 5;
const TEXT_TYPES = /^(?:text\/|application\/(?:json|xml|[\w.-]+\+(?:json|xml))$)/i;

export interface SourceOptions {
  /** Addresses that may be asked though they are not public: of an intranet, say. */
  allowed?: string[];
  deadlineMs?: number;
}

/** Throws {@link RunFailure} for whatever is no text of at most 1 MiB that comes within ten seconds. */
export async function textAt(
  address: string,
  { allowed = [], deadlineMs = DEADLINE_MS }: SourceOptions = {},
): Promise<string> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    let url = new URL(address);
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const response = await ask(url, allowed, signal);
      const { statusCode = 0, headers } = response;
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
        response.destroy();
        url = new URL(headers.location, url);
        if (url.protocol !== "http:" && url.protocol !== "https:")
          throw new RunFailure("the source leads to no web address");
        continue;
      }
      if (statusCode !== 200) throw refused(response, `the source answered ${String(statusCode)}`);
      return await readText(response);
    }
    throw new RunFailure("the source is redirected too often");
  } catch (error) {
    if (error instanceof RunFailure) throw error;
    if (signal.aborted) throw new RunFailure(`the source did not answer within ${String(deadlineMs / 1_000)} s`);
    const isRefused = error instanceof Error && /is not allowed|private|DNS lookup/i.test(error.message);
    throw new RunFailure(isRefused ? "the source is not at a public address" : "the source cannot be reached");
  }
}

async function ask(url: URL, allowed: string[], signal: AbortSignal): Promise<IncomingMessage> {
  const get = url.protocol === "https:" ? getHttps : getHttp;
  const agent = useAgent(url.href, { allowIPAddressList: allowed });
  const headers = {
    Accept: "text/plain, text/html;q=0.9, text/*;q=0.8, application/json;q=0.5",
    "Accept-Encoding": "identity",
  };
  // It also throws: for an address without a name, the agent refuses before anything is asked.
  const request = get(url, { agent, headers, signal });
  return new Promise((resolve, reject) => {
    request.on("response", resolve).on("error", reject);
  });
}

function refused(response: IncomingMessage, why: string): RunFailure {
  response.destroy();
  return new RunFailure(why);
}

async function readText(response: IncomingMessage): Promise<string> {
  const [type = "", ...parameters] = (response.headers["content-type"] ?? "").split(";").map((part) => part.trim());
  if (!TEXT_TYPES.test(type))
    throw refused(response, `the source is ${type === "" ? "of no type" : type}, which is no text`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw refused(response, "the source is larger than 1 MiB");
    chunks.push(chunk);
  }
  const charset = parameters
    .find((parameter) => /^charset=/i.test(parameter))
    ?.slice("charset=".length)
    .replaceAll('"', "");
  const text = decode(Buffer.concat(chunks), charset);
  return /^(?:text\/html|application\/xhtml\+xml)$/i.test(type) ? textOfPage(text) : text;
}

function decode(bytes: Buffer, charset = "utf-8"): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    throw new RunFailure(`the source is in ${charset.slice(0, 40)}, which cannot be read here`);
  }
}

function textOfPage(html: string): string {
  const skip = ["nav", "header", "footer", "aside", "form", "img", "script", "style"].map((selector) => ({
    selector,
    format: "skip",
  }));
  const links = { selector: "a", options: { ignoreHref: true } };
  return convert(html, { wordwrap: false, selectors: [...skip, links], limits: { maxInputLength: MOST_BYTES } });
}
