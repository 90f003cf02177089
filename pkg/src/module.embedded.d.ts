import type { Parts } from "./parts.js";

/** The core, in two parts, without the device's. The build writes the module itself: the WebAssembly as text, and a small module that reads it. */
export declare const parts: Parts;

/** The part for a device, where there is one. */
export declare const device: Parts;
