import { httpRouter } from "convex/server";
import { pipelineRoutes } from "convex-pipelines/convex";
import { internal } from "./_generated/api";

const http = httpRouter();
pipelineRoutes(http, internal.pipelines);
export default http;
