// What is missing in this host, said so that whoever runs it knows what to change.
import { PipelineError } from "./error.js";

/** The host lets no WebAssembly run. */
export function noWebAssembly(): PipelineError {
  return new PipelineError({ code: "config", message: `WebAssembly cannot run here: ${reason()}` });
}

/** Nobody has said where the module is. */
export function noModule(): PipelineError {
  const message =
    'there is no WebAssembly here yet: import "convex-pipelines", or first call init of "convex-pipelines/slim" with the module, "convex-pipelines/pipelines.wasm"';
  return new PipelineError({ code: "config", message });
}

/** What was brought is something else, or was built for another version. */
export function wrongModule(): PipelineError {
  const message = 'what init was given is not the "convex-pipelines/pipelines.wasm" of this version: a module, its bytes, or a response with them';
  return new PipelineError({ code: "config", message });
}

/** The host cannot read and write UTF-8. */
export function noText(): PipelineError {
  const message = "TextEncoder and TextDecoder are missing in this host; a test environment (jsdom) has to hand on those of Node";
  return new PipelineError({ code: "config", message });
}

/** The host lacks something else: it says itself what. */
export function noFeature({ message }: ReferenceError): PipelineError {
  return new PipelineError({ code: "config", message: `this host lacks what the core needs to start: ${message}` });
}

/** The host has no source of random bytes; an old Node is told that it is one. */
export function noCrypto(): PipelineError {
  const { process } = globalThis as { process?: { versions?: { node?: unknown } } };
  const node = process?.versions?.node;
  const isOld = typeof node === "string" && Number.parseInt(node) < 20;
  const lack = isOld ? `Node ${node} is too old for: use 20.19 or newer` : "this host does not have";
  return new PipelineError({ code: "config", message: `ids and secrets are made with the Web Crypto API, which ${lack}` });
}

function reason(): string {
  if (typeof WebAssembly === "undefined") return "this host has none, or has it switched off";
  const { EdgeRuntime, document, navigator } = globalThis as { EdgeRuntime?: unknown; document?: unknown; navigator?: { userAgent?: unknown } };
  if (navigator?.userAgent === "Cloudflare-Workers") return "workerd compiles no bytes; bundle with the condition workerd";
  if (EdgeRuntime !== undefined) return "the edge runtime compiles no bytes; bundle with the condition edge-light";
  if (document !== undefined) return "the page's Content-Security-Policy needs 'wasm-unsafe-eval' in script-src";
  return "this process is not allowed to compile code";
}
