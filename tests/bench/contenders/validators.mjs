// Who reads a create input, and how each says what it found.
import { OURS } from "../report.mjs";
import * as ours from "./package.mjs";
import * as valibot from "./valibot.mjs";
import * as zodMini from "./zod-mini.mjs";
import * as zod from "./zod.mjs";

/** By name: the file that holds it alone, its `safeParse` as it is, and the answer in a form that all share. */
export const VALIDATORS = {
  [OURS]: { file: "package.mjs", safeParse: ours.safeParse, answer: ({ data, error }) => answer(data, error?.issues.map(({ path }) => path)) },
  "zod + croner": { file: "zod.mjs", safeParse: zod.safeParse, answer: zodAnswer },
  "zod-mini + croner": { file: "zod-mini.mjs", safeParse: zodMini.safeParse, answer: zodAnswer },
  "valibot + croner": {
    file: "valibot.mjs",
    safeParse: valibot.safeParse,
    answer: ({ success, output, issues }) => answer(success ? output : undefined, issues?.map(({ path }) => path?.map(({ key }) => key) ?? [])),
  },
};

/** An unknown field is named beside its path. */
function zodAnswer({ data, error }) {
  const paths = error?.issues.flatMap(({ path, keys }) => (keys === undefined ? [path] : keys.map((key) => [...path, key])));
  return answer(data, paths);
}

/** Data, or where the issues are, in any order: codes and wording are each library's own. */
function answer(data, paths) {
  return paths === undefined ? { data } : { issues: paths.map((path) => path.join(".")).sort() };
}
