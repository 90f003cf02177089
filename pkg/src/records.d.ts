import type { Walk } from "./walk.js";

/** How the record of each schema is walked. The build writes the module itself, of the core's tables. */
export declare const walks: Readonly<Record<"createInput" | "updateInput" | "pipeline" | "pipelineRun" | "schedule", Walk>>;
