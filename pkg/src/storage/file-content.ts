// What a file of pipelines holds: `{ "pipelines": [...] }`, and whatever else people have put beside it. The text itself is
// kept, and changes are put into it: a number that no double holds, a blank line or a key that this version does not know
// stays as it was written.
import { foldId } from "../ident.js";
import { DamagedFile } from "./damaged-file.js";
import { FileCursors, type CursorKey, type CursorRow } from "./file-cursors.js";
import { findDuplicate, pathText } from "./json-tokens.js";
import { newTextDecoder } from "../text.js";
import type { Issue } from "../types.js";
import type { Change, DamagedRow, Row } from "./storage.js";
import { Written, rewritten, type Style } from "./written.js";

const BYTE_ORDER_MARK = "\ufeff";
const EMPTY = '{\n  "pipelines": []\n}\n';
const PIPELINES = "pipelines";
/** There only once an outbox has sent something. */
const CURSORS = "cursors";

/** What of a file cannot be read, while the rest can. */
export interface JsonFileStatus {
  /** Where, as `pipelines[1]`. */
  readonly damaged: readonly string[];
  /** What is wrong there; paths begin at the file. */
  readonly issues: readonly Issue[];
}

/** A cursor to write together with changes. */
export interface CursorChange {
  cursor: CursorRow;
  /** Clients that were silent since then are forgotten, where their pipeline is gone. */
  forget: string;
}

/** What is known of an element of the list. */
interface Element {
  /** Nothing where it has none. */
  id: string | undefined;
  /** What the core says of it: with an issue it is not read, and stays as it is. */
  issues: readonly Issue[];
}

/** A file's text, taken apart. */
interface Parts {
  around: readonly [string, string];
  root: Written;
  list: Written;
  cursors: FileCursors;
}

/** A file's text, taken apart. It does not change; {@link FileContent.with} makes another. */
export class FileContent {
  /** What stands around the outermost object: a byte order mark, blanks, the last line's end. */
  readonly #around: readonly [string, string];
  readonly #root: Written;
  readonly #list: Written;
  readonly #cursors: FileCursors;
  /** As many as the list has members. */
  #elements: readonly Element[];

  private constructor(parts: Parts, elements: readonly Element[]) {
    this.#around = parts.around;
    this.#root = parts.root;
    this.#list = parts.list;
    this.#cursors = parts.cursors;
    this.#elements = elements;
  }

  /** Reads a file's bytes, or nothing for no file; throws {@link DamagedFile} rather than guess. */
  static read(bytes: Uint8Array | undefined): FileContent {
    const whole = bytes === undefined ? EMPTY : decode(bytes);
    const start = /^\ufeff?[ \t\r\n]*/.exec(whole)?.[0].length ?? 0;
    const documents = parse(whole.slice(whole.startsWith(BYTE_ORDER_MARK) ? 1 : 0));
    const outer = whole.slice(start).trimEnd();
    const duplicate = findDuplicate(outer);
    if (duplicate !== undefined) throw new DamagedFile(`it has the key ${duplicate} twice`);
    const style = styleOf(outer);
    let root = Written.read(outer, style, "");
    if (!root.members.some(({ key }) => key === PIPELINES)) root = root.appended("[]", PIPELINES);
    const list = Written.read(...partOf(root, PIPELINES, style));
    const cursors = FileCursors.read(...partOf(root, CURSORS, style));
    const around = [whole.slice(0, start), whole.slice(start + outer.length)] as const;
    return new FileContent({ around, root, list, cursors }, documents.map((document) => ({ id: idOf(document), issues: [] })));
  }

  /** The whole text. */
  get text(): string {
    const parts: Partial<Record<string, string>> = { [PIPELINES]: this.#list.text, [CURSORS]: this.#cursors.text };
    const root = this.#root.changed(({ key = "", text }) => (Object.hasOwn(parts, key) ? parts[key] : text));
    return this.#around[0] + root.text + this.#around[1];
  }

  /** All elements of the list, in their order. */
  rows(): Row[] {
    return this.#list.members.map(({ text }, index) => ({
      id: this.#elements[index]?.id ?? "",
      version: 1,
      unsent: false,
      document: text,
    }));
  }

  /** Notes which of {@link FileContent.rows} cannot be read: no change is theirs, and they stay as they are. */
  setAside(rows: readonly DamagedRow[]): void {
    const damaged = new Map(rows.map(({ index, issues }) => [index, issues]));
    this.#elements = this.#elements.map(({ id }, index) => ({ id, issues: damaged.get(index) ?? [] }));
  }

  /** The elements that cannot be read, by their places now. */
  damage(): JsonFileStatus {
    const damaged: string[] = [];
    const all: Issue[] = [];
    for (const [index, { issues }] of this.#elements.entries()) {
      if (issues.length > 0) damaged.push(pathText([PIPELINES, index]));
      const seen = new Set<string>();
      for (const issue of issues) {
        // A row has its id twice for the core, around the document and in it.
        const inside = issue.path[0] === "document" ? issue.path.slice(1) : issue.path;
        const path = [PIPELINES, index, ...inside];
        const key = `${issue.code} ${pathText(path)}`;
        if (!seen.has(key)) all.push({ ...issue, path });
        seen.add(key);
      }
    }
    return { damaged, issues: all };
  }

  /** The cursor of a client with a pipeline, where there is one. */
  cursor(key: CursorKey): unknown {
    return this.#cursors.find(key);
  }

  /** The content after `changes` of rows that can be read, by their ids, and of a cursor. */
  with(changes: readonly Change[], settled?: CursorChange): FileContent {
    const elements = [...this.#elements];
    let list = this.#list;
    for (const { id, row } of changes) {
      const document = row?.document ?? null;
      if (document !== null && typeof document !== "string") throw new Error("a file keeps texts");
      const index = elements.findIndex((element) => element.id === id && element.issues.length === 0);
      if (index >= 0) {
        const before = list;
        list = before.changed((member, place) => {
          if (place !== index) return member.text;
          return document === null ? undefined : rewritten(member.text, document, ...before.within(member));
        });
        if (document === null) elements.splice(index, 1);
      } else if (document !== null) {
        list = list.appended(document);
        elements.push({ id, issues: [] });
      }
    }
    if (settled === undefined && list === this.#list) return this;
    const parts = { around: this.#around, root: this.#root, list, cursors: this.#cursors };
    return new FileContent(settled === undefined ? parts : withCursor(parts, settled, elements), elements);
  }
}

/** The text of a list in the outermost object, and how it is written. */
function partOf(root: Written, name: string, style: Style): [string, Style | undefined, string] {
  const member = root.members.find(({ key }) => key === name);
  if (member === undefined) return ["[]", style, style.unit];
  return [member.text === "null" ? "[]" : member.text, ...root.within(member)];
}

function withCursor({ root, cursors, ...parts }: Parts, { cursor, forget }: CursorChange, elements: readonly Element[]): Parts {
  const living = new Set(elements.map(({ id }) => id));
  const isForgotten = ({ pipelineId, at }: CursorRow): boolean =>
    typeof at === "string" && at < forget && !living.has(foldId(pipelineId));
  const hasPlace = root.members.some(({ key }) => key === CURSORS);
  return {
    ...parts,
    root: hasPlace ? root : root.appended("[]", CURSORS),
    cursors: cursors.with(cursor, isForgotten),
  };
}

function decode(bytes: Uint8Array): string {
  try {
    // `fatal`: a broken character is damage, not something to write back as U+FFFD.
    return newTextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DamagedFile("it is not UTF-8");
  }
}

/** The elements of the list. */
function parse(text: string): unknown[] {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw new DamagedFile("it is not JSON");
  }
  if (!isRecord(root)) throw new DamagedFile("it does not hold an object");
  const pipelines = root[PIPELINES] ?? [];
  if (!Array.isArray(pipelines)) throw new DamagedFile(`"${PIPELINES}" is not a list`);
  return pipelines;
}

function idOf(document: unknown): string | undefined {
  const id = isRecord(document) ? document["id"] : undefined;
  return typeof id === "string" ? foldId(id) : undefined;
}

/** Two blanks, where the text does not show what it uses. */
function styleOf(text: string): Style {
  return { newline: /\r\n|[\r\n]/.exec(text)?.[0] ?? "\n", unit: /[\r\n]([ \t]+)"/.exec(text)?.[1] ?? "  " };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
