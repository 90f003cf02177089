// JSON as it is written. `JSON.parse` says whether a text is JSON; here its places are found, without recursion, so that a
// deep text needs no deep stack. jsonc-parser was looked at and left: its UMD entry breaks in bundles for Node, and of its
// parser nothing is left to do once the text is known to be JSON.

/** One token of a text; blanks are none. */
export interface Token {
  /** The bracket, comma or colon; `"` for a string, and `0` for a number, `true`, `false` and `null`. */
  kind: string;
  start: number;
  /** Behind the last character. */
  end: number;
}

const BACKSLASH = 0x5c;
const SCALAR = /[^\s,:{}[\]"]+/y;

/** The tokens of a JSON text, from `at` on. */
export function* tokens(text: string, at = 0): Generator<Token> {
  while (at < text.length) {
    const start = at;
    const kind = text.charAt(at++);
    if (kind === '"') {
      at = endOfString(text, start);
      yield { kind, start, end: at };
    } else if ("{}[],:".includes(kind)) {
      yield { kind, start, end: at };
    } else if (!/\s/.test(kind)) {
      SCALAR.lastIndex = start;
      SCALAR.test(text);
      at = SCALAR.lastIndex;
      yield { kind: "0", start, end: at };
    }
  }
}

/** The text that a string token stands for. */
export function unquoted(text: string): string {
  return text.includes("\\") ? (JSON.parse(text) as string) : text.slice(1, -1);
}

/** An object or array around the place that is being read. */
interface Level {
  /** The keys so far; nothing for an array. */
  keys: Set<string> | undefined;
  /** Where in it. */
  at: string | number;
  /** Whether a key comes next. */
  wantsKey: boolean;
}

/** The path of the first key that its object has already, as `pipelines[1].name`; nothing where all differ. */
export function findDuplicate(text: string): string | undefined {
  const levels: Level[] = [];
  for (const { kind, start, end } of tokens(text)) {
    const level = levels.at(-1);
    if (kind === "{") levels.push({ keys: new Set(), at: "", wantsKey: true });
    else if (kind === "[") levels.push({ keys: undefined, at: 0, wantsKey: false });
    else if (kind === "}" || kind === "]") levels.pop();
    else if (kind === "," && level !== undefined) {
      level.wantsKey = level.keys !== undefined;
      if (typeof level.at === "number") level.at++;
    } else if (kind === '"' && level?.wantsKey === true) {
      level.at = unquoted(text.slice(start, end));
      if (level.keys?.has(level.at) === true) return pathText(levels.map(({ at }) => at));
      level.keys?.add(level.at);
      level.wantsKey = false;
    }
  }
  return undefined;
}

const LONGEST_PATH = 200;

/** A path for people; what is too long to be read is cut. */
export function pathText(path: readonly (string | number)[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${String(step)}]`;
    else if (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
    if (text.length > LONGEST_PATH) return `${text.slice(0, LONGEST_PATH)}…`;
  }
  return text;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}
