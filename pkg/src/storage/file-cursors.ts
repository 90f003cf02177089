// How far each client of an outbox has come, as it stands in a file of pipelines beside them.
import { DamagedFile } from "./damaged-file.js";
import { Written, rewritten, type Style } from "./written.js";

/** Whose cursor, and with which pipeline. */
export interface CursorKey {
  pipelineId: string;
  clientId: string;
  accountId?: string | undefined;
}

/** A cursor to write; the core makes it and reads it. */
export type CursorRow = CursorKey & Record<string, unknown>;

/** The list of cursors. It does not change; {@link FileCursors.with} makes another. */
export class FileCursors {
  readonly #list: Written;
  /** The elements of the list, whatever they are. */
  readonly #rows: readonly unknown[];

  private constructor(list: Written, rows: readonly unknown[]) {
    this.#list = list;
    this.#rows = rows;
  }

  /** Reads the text of a list; throws {@link DamagedFile} for that of anything else. */
  static read(text: string, style: Style | undefined, indent: string): FileCursors {
    const rows: unknown = JSON.parse(text);
    if (!Array.isArray(rows)) throw new DamagedFile('"cursors" is not a list');
    return new FileCursors(Written.read(text, style, indent), rows);
  }

  get text(): string {
    return this.#list.text;
  }

  /** The cursor as it stands. */
  find(key: CursorKey): unknown {
    return this.#rows.find((row) => isOf(row, key));
  }

  /** With `cursor` in the place of the one before, and without those that `isForgotten`. */
  with(cursor: CursorRow, isForgotten: (row: CursorRow) => boolean): FileCursors {
    const json = JSON.stringify(cursor);
    const own = this.#rows.findIndex((row) => isOf(row, cursor));
    const next = this.#rows.map((row, place) => {
      if (place === own) return cursor;
      return isCursor(row) && isForgotten(row) ? undefined : row;
    });
    let list = this.#list.changed((member, place) => {
      if (place === own) return rewritten(member.text, json, ...this.#list.within(member));
      return next[place] === undefined ? undefined : member.text;
    });
    if (own < 0) list = list.appended(json);
    const rows = next.filter((row) => row !== undefined);
    return new FileCursors(list, own < 0 ? [...rows, cursor] : rows);
  }
}

function isOf(row: unknown, { pipelineId, clientId, accountId }: CursorKey): boolean {
  return isCursor(row) && row.pipelineId === pipelineId && row.clientId === clientId && row.accountId === accountId;
}

function isCursor(row: unknown): row is CursorRow {
  return typeof row === "object" && row !== null && "pipelineId" in row && "clientId" in row;
}
