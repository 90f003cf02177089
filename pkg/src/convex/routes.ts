/** The HTTP actions: each of them is the whole door, so that no path below `/pipelines/` answers unguarded. */
import {
  ROUTABLE_HTTP_METHODS,
  httpActionGeneric,
  type ApiFromModules,
  type GenericActionCtx,
  type GenericDataModel,
  type HttpRouter,
} from "convex/server";
import { convexToJson, type Value } from "convex/values";
import {
  handlePipelineRequest,
  type OperationAnswer,
  type RequestEvent,
  type ServedOperation,
  type TokenEnvironment,
} from "../http/handler.js";
import { config, hasMethods } from "../options.js";
import type { PipelineFunctions } from "./functions.js";
import { carried, type StampedOperation } from "./model.js";
import { rethrow } from "./thrown.js";

type Exported = Omit<PipelineFunctions, "remove"> & { delete: PipelineFunctions["remove"] };

/** Where the functions of `pipelineFunctions()` are: `internal.pipelines`, if `convex/pipelines.ts` exports them. */
export type PipelineFunctionReferences = ApiFromModules<{ pipelines: Exported }>["pipelines"];

type ActionCtx = GenericActionCtx<GenericDataModel>;
type Call<Args> = (ctx: ActionCtx, functions: PipelineFunctionReferences, args: Args) => Promise<OperationAnswer>;

/**
 * Registers `/pipelines/{operation}` for all operations, behind the admin token.
 *
 * Convex answers an unregistered path or method itself, with a bare 404. So all methods are registered for each path,
 * and a prefix route stands behind them: whoever has no token learns nothing about what exists.
 *
 * ```ts
 * const http = httpRouter();
 * pipelineRoutes(http, internal.pipelines);
 * export default http;
 * ```
 */
export function pipelineRoutes(http: HttpRouter, functions: PipelineFunctionReferences): void {
  if (!hasMethods(http, ["route"])) throw config("http", "must be an HTTP router");
  const handler = httpActionGeneric((ctx, request) =>
    handlePipelineRequest(request, {
      environment: tokenEnvironment(),
      execute: async (operation, args) => {
        const isStamped = args["op"] !== undefined;
        const given = isStamped ? carried(operation as StampedOperation, args) : args;
        const answer = await calls[operation](ctx, functions, given as never).catch(rethrow);
        // A row may hold values that JSON has no words for.
        if (isStamped) return convexToJson(answer.result as Value) as OperationAnswer;
        return { result: convexToJson(answer.result as Value), cursor: answer.cursor };
      },
      report,
    }),
  );
  try {
    for (const method of ROUTABLE_HTTP_METHODS) {
      for (const operation of Object.keys(calls)) http.route({ path: `/pipelines/${operation}`, method, handler });
      http.route({ pathPrefix: "/pipelines/", method, handler });
    }
  } catch {
    throw config("http", "did not take the routes below /pipelines/; are some of them registered already?");
  }
}

const calls: { [Name in ServedOperation]: Call<PipelineFunctionReferences[Name]["_args"]> } = {
  list: (ctx, functions, args) => ctx.runQuery(functions.list, args),
  get: async (ctx, functions, args) => ({ result: await ctx.runQuery(functions.get, args) }),
  findByWebhookSecret: async (ctx, functions, args) => ({
    result: await ctx.runQuery(functions.findByWebhookSecret, args),
  }),
  create: async (ctx, functions, args) => ({ result: await ctx.runMutation(functions.create, args) }),
  update: async (ctx, functions, args) => ({ result: await ctx.runMutation(functions.update, args) }),
  delete: async (ctx, functions, args) => ({ result: await ctx.runMutation(functions.delete, args) }),
  recordRun: async (ctx, functions, args) => ({ result: await ctx.runMutation(functions.recordRun, args) }),
  startRun: async (ctx, functions, args) => ({ result: await ctx.runMutation(functions.startRun, args) }),
  claimRun: async (ctx, functions, args) => ({ result: await ctx.runMutation(functions.claimRun, args) }),
  renewRun: async (ctx, functions, args) => ({ result: await ctx.runMutation(functions.renewRun, args) }),
  listRuns: (ctx, functions, args) => ctx.runQuery(functions.listRuns, args),
  getRun: async (ctx, functions, args) => ({ result: await ctx.runQuery(functions.getRun, args) }),
};

/** Read at each call: a rotation of the token needs no new deployment. */
function tokenEnvironment(): TokenEnvironment {
  const { env } = process;
  return {
    PIPELINES_ADMIN_TOKEN: env["PIPELINES_ADMIN_TOKEN"],
    CONVEX_ADMIN_KEY: env["CONVEX_ADMIN_KEY"],
    CONVEX_DEPLOYMENT_KEY: env["CONVEX_DEPLOYMENT_KEY"],
    CONVEX_AUTH_SCHEME: env["CONVEX_AUTH_SCHEME"],
    PIPELINES_ALLOW_DEPLOY_KEY: env["PIPELINES_ALLOW_DEPLOY_KEY"],
  };
}

/** Convex gives functions `process.env` and no other part of Node's `process`. */
declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

/** One line of JSON for each request, under names that a log can be searched and counted by. */
function report({ event, ...fields }: RequestEvent): void {
  const line = JSON.stringify({ event: `convex_http_${event}`, ...fields, ...(event === "missing_admin_token" && SETTING) });
  if (event === "success") console.info(line);
  else if (fields.status >= 500) console.error(line);
  else console.warn(line);
}

const SETTING = { variable: "PIPELINES_ADMIN_TOKEN" };
