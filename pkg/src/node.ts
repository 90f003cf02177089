// The root entry with what only Node can do.
export * from "./index.js";
export { JsonFilePipelineRepository, type JsonFileOptions, type Replayable } from "./repositories/json-file.js";
export {
  handlePipelineRequest,
  type OperationAnswer,
  type OperationArguments,
  type PipelineHost,
  type RequestEvent,
  type ServedOperation,
  type TokenEnvironment,
} from "./http-handler.js";
