import { cronJobs } from "convex/server";
import { pipelineCrons } from "convex-pipelines/convex";
import { internal } from "./_generated/api";

const crons = cronJobs();
pipelineCrons(crons, internal.pipelines);
export default crons;
