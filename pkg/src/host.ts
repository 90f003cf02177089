// What is missing in this host, said so that whoever runs it knows what to change.
import { PipelineError } from "./error.js";

/** The host lets no WebAssembly run. */
export function noWebAssembly(): PipelineError {
  return new PipelineError({ code: "config", message: `WebAssembly cannot run here: ${reason()}` });
}

/** The host has no source of random bytes. */
export function noCrypto(): PipelineError {
  return new PipelineError({
    code: "config",
    message: "ids and secrets are made with the Web Crypto API, which this host does not have; Node has it from version 20 on",
  });
}

function reason(): string {
  if (typeof WebAssembly === "undefined") return "this host has none, or has it switched off";
  const { EdgeRuntime, document, navigator } = globalThis as { EdgeRuntime?: unknown; document?: unknown; navigator?: { userAgent?: unknown } };
  if (navigator?.userAgent === "Cloudflare-Workers") return "workerd compiles no bytes; bundle with the condition workerd";
  if (EdgeRuntime !== undefined) return "the edge runtime compiles no bytes; bundle with the condition edge-light";
  if (document !== undefined) return "the page's Content-Security-Policy needs 'wasm-unsafe-eval' in script-src";
  return "this process is not allowed to compile code";
}
