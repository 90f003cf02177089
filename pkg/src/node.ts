// The root entry with what only Node can do.
export * from "./index.js";
export { JsonFilePipelineRepository, type JsonFileOptions, type Replayable } from "./repositories/json-file.js";
export * from "./http-handler.js";
