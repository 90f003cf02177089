// The root entry with what only Node can do.
export * from "./root.js";
export type { JsonFileStatus } from "../storage/file-content.js";
export { JsonFilePipelineRepository, type JsonFileOptions } from "../repositories/json-file.js";
export * from "../http/handler.js";
