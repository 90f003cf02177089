// One encoder and one decoder for all, made when they are first needed: a test runner's realm may lack them, and whoever
// only imports this package needs neither.

/** The classes, where the host shows them. */
interface Host {
  TextDecoder?: typeof TextDecoder;
  TextEncoder?: typeof TextEncoder;
}

let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;

/** Writes text as UTF-8. */
export function textEncoder(): TextEncoder {
  return (encoder ??= newTextEncoder());
}

/** Reads UTF-8. */
export function textDecoder(): TextDecoder {
  return (decoder ??= newTextDecoder());
}

/** Whether this host can read and write UTF-8. */
export function hasText(): boolean {
  const { TextDecoder, TextEncoder } = host();
  return TextDecoder !== undefined && TextEncoder !== undefined;
}

/** An encoder of its own, for the glue. */
export function newTextEncoder(): TextEncoder {
  return new (host().TextEncoder ?? TextEncoder)();
}

/** A decoder with settings of its own. */
export function newTextDecoder(...settings: ConstructorParameters<typeof TextDecoder>): TextDecoder {
  return new (host().TextDecoder ?? TextDecoder)(...settings);
}

/** jsdom shows a page no encoder, but the Node around it has one. */
function host(): Host {
  if (typeof TextDecoder === "function" && typeof TextEncoder === "function") return { TextDecoder, TextEncoder };
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => Host | undefined } };
  return process?.getBuiltinModule?.("node:util") ?? {};
}
