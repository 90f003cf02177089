// The root entry with what only Node can do.
export * from "./index.js";
export { JsonFilePipelineRepository, type JsonFileOptions } from "./repositories/json-file.js";
