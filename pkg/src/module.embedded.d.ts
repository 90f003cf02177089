import type { Parts } from "./parts.js";

/** The core without a device's calls, in two parts. The build writes it: the WebAssembly as text, and a small module that reads it. */
export declare const parts: Parts;

/** The part for a device, where there is one. */
export declare const device: Parts;
