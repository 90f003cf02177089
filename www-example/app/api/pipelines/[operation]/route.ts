/** The wire of the package, for the account that is signed in. Tokens and other people's pipelines stay behind it. */
import { PipelineError } from "convex-pipelines";
import { handlePipelineRequest } from "convex-pipelines/node";
import { after, type NextRequest } from "next/server";
import { accountOf } from "@/server/account";
import { execute } from "@/server/operations";
import { isFromThisSite } from "@/server/origin";
import { requireStore } from "@/server/store";
import { wake } from "@/worker/clock";

function handle(request: NextRequest): Promise<Response> {
  return handlePipelineRequest(request, {
    environment: "open",
    // Before the body is read: a stranger's costs nothing.
    authorize: () => {
      requireStore();
      const accountId = isFromThisSite(request) ? accountOf(request) : null;
      if (accountId === null) throw new PipelineError({ code: "unauthorized", message: "nobody is signed in" });
      return accountId;
    },
    execute: async (operation, args, accountId) => {
      const answer = await execute(operation, args, accountId);
      if (operation === "startRun") after(wake);
      return answer;
    },
    report: ({ event, ...fields }) => {
      if (fields.status >= 500) console.error(JSON.stringify({ event: `pipelines_${event}`, ...fields }));
    },
  });
}

export {
  handle as GET,
  handle as HEAD,
  handle as POST,
  handle as PUT,
  handle as PATCH,
  handle as DELETE,
  handle as OPTIONS,
};
