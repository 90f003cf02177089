// Objects and arrays as people have written them: changes keep the bytes of what they leave alone.
import { tokens, unquoted } from "./json-tokens.js";

/** How a text breaks its lines, and what one level of it is indented by. */
export interface Style {
  newline: string;
  unit: string;
}

/** A field or an item. */
export interface Member {
  /** The key of a field; nothing for an item. */
  key: string | undefined;
  /** What stands between the comma or bracket before it and this member. */
  before: string;
  /** The key as it is written, with its colon and blanks; empty for an item. */
  label: string;
  text: string;
  /** What stands between this member and the comma or bracket behind it. */
  after: string;
}

/** An object or array, taken apart. */
export class Written {
  readonly members: readonly Member[];
  readonly #isObject: boolean;
  /** Nothing where all of it stands on one line: what comes into it does so too. */
  readonly #style: Style | undefined;
  /** What its own line is indented by. */
  readonly #indent: string;

  private constructor(members: readonly Member[], isObject: boolean, style: Style | undefined, indent: string) {
    this.members = members;
    this.#isObject = isObject;
    this.#style = style;
    this.#indent = indent;
  }

  /** `text` is an object or array of JSON without anything around it. */
  static read(text: string, style: Style | undefined, indent: string): Written {
    const members = membersOf(text);
    const isFlat = members.length > 0 && !LINE_BREAK.test(text);
    return new Written(members, text.startsWith("{"), isFlat ? undefined : style, indent);
  }

  get text(): string {
    const [open, close] = this.#isObject ? ["{", "}"] : ["[", "]"];
    return open + this.members.map(({ before, label, text, after }) => before + label + text + after).join(",") + close;
  }

  /** With what `change` makes of each member's text, and without those of which it makes nothing. */
  changed(change: (member: Member, index: number) => string | undefined): Written {
    const members = this.members.flatMap((member, index) => {
      const text = change(member, index);
      if (text === member.text) return [member];
      return text === undefined ? [] : [{ ...member, text }];
    });
    const [first, last] = [members[0], members.at(-1)];
    // Whatever goes, the brackets stay where they were.
    if (first !== undefined && last !== undefined) {
      members[0] = { ...first, before: this.members[0]?.before ?? "" };
      members[members.length - 1] = { ...(members.at(-1) ?? last), after: this.members.at(-1)?.after ?? "" };
    }
    return this.#with(members);
  }

  /** How a member is written: the style within it, and what its line is indented by. */
  within({ before }: Member): [Style | undefined, string] {
    return [this.#style, indentAfter(before) ?? this.#indent];
  }

  /** With `json`, which has no blanks, behind the others and written like them. */
  appended(json: string, key?: string): Written {
    const { newline, unit } = this.#style ?? FLAT;
    const last = this.members.at(-1);
    const before = last?.before ?? newline + this.#indent + unit;
    const after = last?.after ?? newline + this.#indent;
    const label = key === undefined ? "" : JSON.stringify(key) + (/:\s*$/.exec(last?.label ?? "")?.[0] ?? ": ");
    const indent = indentAfter(before);
    // Rows that are written on one line each stay so.
    const isFlat = indent === undefined || (last?.text.startsWith("{") === true && !LINE_BREAK.test(last.text));
    const text = isFlat ? json : laidOut(json, this.#style, indent);
    const others = last === undefined ? [] : [...this.members.slice(0, -1), { ...last, after: "" }];
    return this.#with([...others, { key, before, label, text, after }]);
  }

  #with(members: readonly Member[]): Written {
    return new Written(members, this.#isObject, this.#style, this.#indent);
  }
}

const LINE_BREAK = /[\r\n]/;
const FLAT: Style = { newline: "", unit: "" };

/** `json`, which has no blanks, written as `old` is, as far as that says the same. */
export function rewritten(old: string, json: string, style: Style | undefined, indent: string): string {
  const open = old.charAt(0);
  if (open !== json.charAt(0) || (open !== "{" && open !== "[")) {
    return isSame(old, json) ? old : laidOut(json, style, indent);
  }
  const next = membersOf(json);
  const written = Written.read(old, style, indent);
  if (next.length === 0 && written.members.length === 0) return old;
  // Fields are the same by their keys, items by their places.
  const wanted = new Map(next.map((member, place) => [member.key ?? place, member]));
  const kept = written.changed((member, place) => {
    const other = wanted.get(member.key ?? place);
    wanted.delete(member.key ?? place);
    return other && rewritten(member.text, other.text, ...written.within(member));
  });
  return [...wanted.values()].reduce((all, { key, text }) => all.appended(text, key), kept).text;
}

/** `json`, which has no blanks, for people to read, behind an indentation. */
export function laidOut(json: string, style: Style | undefined, indent: string): string {
  if (style === undefined) return json;
  const { newline, unit } = style;
  const parts: string[] = [];
  let depth = 0;
  const line = (): string => newline + indent + unit.repeat(depth);
  let isEmpty = false;
  for (const { kind, start, end } of tokens(json)) {
    const token = json.slice(start, end);
    if (kind === "}" || kind === "]") {
      depth--;
      parts.push(isEmpty ? token : line() + token);
    } else {
      if (isEmpty) parts.push(line());
      parts.push(kind === ":" ? ": " : token);
      if (kind === ",") parts.push(line());
    }
    isEmpty = kind === "{" || kind === "[";
    if (isEmpty) depth++;
  }
  return parts.join("");
}

/** Whether two strings or scalars say the same; a number is what its digits say. */
function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  return one.startsWith('"') && other.startsWith('"') && unquoted(one) === unquoted(other);
}

/** What the line that begins in `blanks` is indented by; nothing where none does. */
function indentAfter(blanks: string): string | undefined {
  return /[\r\n]([ \t]*)$/.exec(blanks)?.[1];
}

function membersOf(text: string): Member[] {
  const isObject = text.startsWith("{");
  const members: Member[] = [];
  let depth = 0;
  let from = 1;
  let key: { start: number; end: number } | undefined;
  let value: { start: number; end: number } | undefined;
  for (const { kind, start, end } of tokens(text)) {
    const closes = kind === "}" || kind === "]";
    if (closes) depth--;
    if ((depth === 1 && kind === ",") || (depth === 0 && closes)) {
      if (value !== undefined) {
        members.push({
          key: key && unquoted(text.slice(key.start, key.end)),
          before: text.slice(from, (key ?? value).start),
          label: key === undefined ? "" : text.slice(key.start, value.start),
          text: text.slice(value.start, value.end),
          after: text.slice(value.end, start),
        });
      }
      [from, key, value] = [end, undefined, undefined];
    } else if (depth === 1 && kind !== ":") {
      if (isObject && key === undefined) key = { start, end };
      else value = { start: value?.start ?? start, end };
    }
    if (kind === "{" || kind === "[") depth++;
  }
  return members;
}
