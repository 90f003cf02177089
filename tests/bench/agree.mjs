// Before anything is timed: all contenders must give the same answer, or their times mean nothing.
import { isDeepStrictEqual, inspect } from "node:util";

/**
 * Throws unless all answers to `question` are deeply equal. Keys may be in any order, and `undefined` is absent.
 *
 * @param {string} question
 * @param {Record<string, unknown>} answers of each contender
 */
export function agree(question, answers) {
  const [[first, expected], ...others] = Object.entries(answers).map(([name, answer]) => [name, plain(answer)]);
  for (const [name, answer] of others) {
    if (isDeepStrictEqual(answer, expected)) continue;
    const [there, here] = difference(expected, answer);
    throw new Error(`${question}: ${first} and ${name} differ, so they cannot be compared\n  ${first}: ${there}\n  ${name}: ${here}`);
  }
}

function plain(answer) {
  return answer === undefined ? null : JSON.parse(JSON.stringify(answer));
}

/** The first place where two answers differ, and what stands there. */
function difference(expected, answer, path = "") {
  if (isObject(expected) && isObject(answer)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(answer)])) {
      if (!isDeepStrictEqual(expected[key], answer[key])) return difference(expected[key], answer[key], `${path}/${key}`);
    }
  }
  return [expected, answer].map((value) => `${path || "/"} ${inspect(value, { depth: 2, breakLength: Infinity, maxArrayLength: 8 })}`);
}

function isObject(value) {
  return typeof value === "object" && value !== null;
}
