/** The list as the server has it when a page is asked for: it is drawn before any script has run. */
import "server-only";
import { isPipelineError, type PipelineListItem } from "convex-pipelines";
import { cookies, headers } from "next/headers";
import { firstList, viewOf, type FirstList } from "@/lib/list-view";
import { accountOf } from "./account";
import { LIST_HEADER } from "./list-header";
import { execute } from "./operations";

/** Who has more waits for the page's own question. */
const MOST_PAGES = 4;

/** `null` where another page was asked for, and where the list cannot be had: the page asks again, and says why. */
export async function readFirstList(): Promise<FirstList | null> {
  const search = (await headers()).get(LIST_HEADER);
  const accountId = search === null ? null : accountOf({ cookies: await cookies() });
  if (search === null || accountId === null) return null;
  try {
    const pipelines: PipelineListItem[] = [];
    let cursor: unknown;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await execute("list", cursor === undefined ? {} : { cursor }, accountId);
      pipelines.push(...(answer.result as PipelineListItem[]));
      cursor = answer.cursor;
      if (cursor === undefined) return firstList(pipelines, viewOf(new URLSearchParams(search)));
    }
  } catch (error) {
    if (!isPipelineError(error)) throw error;
  }
  return null;
}
