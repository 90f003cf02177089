import { defineSchema } from "convex/server";
import { pipelineTables } from "convex-pipelines/convex";

export default defineSchema({ ...pipelineTables });
