// One encoder and one decoder for all, made when they are first needed: a test runner's realm may lack them, and whoever
// only imports this package needs neither.
let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;

/** Writes text as UTF-8. */
export function textEncoder(): TextEncoder {
  return (encoder ??= new TextEncoder());
}

/** Reads UTF-8. */
export function textDecoder(): TextDecoder {
  return (decoder ??= new TextDecoder());
}
