import type { Parts } from "./parts.js";

/** The core, in two parts. The build writes the module itself: the WebAssembly as text, and a small module that reads it. */
export declare const parts: Parts;
