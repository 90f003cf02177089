// Writes a JavaScript value as bytes for the core: one walk, no rule. What a value *is* (a string, a hole, a Date, a
// getter that threw) is said here; whether that is welcome is decided in Rust.
import { instantOf, isForeign, lengthOf } from "./foreign.js";
import { assertRoom } from "./stack.js";
import { textEncoder } from "./text.js";

/** Where the walk ends. */
export interface Limits {
  /** Containers of a caller's value deeper than this are not entered; the outermost is at depth 1. */
  depth: number;
  /** The same for the shell's own values. */
  walk: number;
  /**
   * How much of a caller's value is walked: its JSON text may have this many bytes of texts, and as many of everything
   * else. What is longer is refused by the model anyway.
   */
  size: number;
}

/**
 * The least that a value takes in JSON beside its text: one character and a comma. Counting so, instead of counting
 * values, lets every document of the largest size through (half a million zeros) and stops a record, whose fields take
 * longer, after a third as many.
 */
const VALUE = 2;
/** What an empty list or record takes on top: the other bracket. In others the last field has no comma. */
const EMPTY = 1;
/** What a key takes in JSON beside its text: the quotes and the colon. */
const KEY = 3;

const enum Tag {
  Absent = 0,
  Null = 1,
  True = 2,
  False = 3,
  Whole = 4,
  Text = 5,
  List = 6,
  Record = 7,
  Foreign = 8,
  BrokenText = 9,
  TooDeep = 10,
  TooLarge = 11,
  Decimal = 12,
  Kept = 13,
  End = 0xff,
}

/** Up to this many units a loop in JavaScript is faster than the call of `encodeInto`. */
const SHORT = 48;
/** Stands before the length of a text that is not short. */
const LONG = 0xff;
const FIRST_SIZE = 4096;
/** A buffer that one large value has grown is not kept for the small ones that follow. */
const LARGEST_KEPT = 1 << 20;

let spare: Packer | undefined;

/**
 * Lends the one packer of this module. A getter that calls the package while its object is being packed finds the
 * packer taken and gets one of its own.
 */
export function withPacker<T>(limits: () => Limits, use: (packer: Packer) => T): T {
  const packer = spare ?? new Packer(limits);
  spare = undefined;
  try {
    return use(packer);
  } finally {
    kept = undefined;
    if (packer.rewind()) spare = packer;
  }
}

let kept: { of: object; keys: readonly string[] } | undefined;

/** The keys of an object's own fields. */
export function keysOf(value: object): readonly string[] {
  const keys = kept?.of === value ? kept.keys : Object.keys(value);
  kept = undefined;
  return keys;
}

/** Keeps keys for the next {@link keysOf}: of a million, listing them takes the engine longer than all else here. */
export function keepKeys(of: object, keys: readonly string[]): void {
  kept = { of, keys };
}

/** What one value needs besides the value. */
export interface PackOptions {
  /** Levels of the shell's own around the user's value, which do not count. */
  wrapping?: number;
  /** Do not count: the value is the shell's own, such as the rows of a device. */
  unlimited?: boolean;
  /** A field of the outermost record that may be a text of so many units more than {@link Limits} says. */
  long?: { readonly field: string; readonly units: number };
  /** Dates stand for instants here, and are written as their number. */
  dates?: boolean;
  /** Bytes stand for values that were packed earlier: whatever they hold, the core tells them from what is around them. */
  kept?: boolean;
}

/** Writes values one behind the other. */
export class Packer {
  readonly #limits: () => Limits;
  #bytes = new Uint8Array(FIRST_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #deepest = 0;
  /** What is left for values and keys; below zero the walk is over. */
  #left = 0;
  #textLeft = 0;
  #long: PackOptions["long"];
  #dates = false;
  #kept = false;

  constructor(limits: () => Limits) {
    this.#limits = limits;
  }

  /** What has been written; valid until {@link withPacker} returns. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  add(value: unknown, options?: PackOptions): this {
    const { depth, walk, size } = this.#limits();
    const unlimited = options?.unlimited === true;
    this.#deepest = (unlimited ? walk : depth) + (options?.wrapping ?? 0);
    this.#left = unlimited ? Infinity : size;
    this.#textLeft = unlimited ? Infinity : size;
    this.#long = options?.long;
    this.#dates = options?.dates ?? false;
    this.#kept = options?.kept ?? false;
    this.#value(value, 1);
    return this;
  }

  /** Adds values that were packed earlier. */
  addPacked(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** Forgets what has been written. Says whether the buffer is small enough to be kept. */
  rewind(): boolean {
    this.#at = 0;
    return this.#bytes.length <= LARGEST_KEPT;
  }

  #value(value: unknown, depth: number): void {
    switch (typeof value) {
      case "string":
        this.#text(value);
        return;
      case "number":
        this.#number(value);
        return;
      case "boolean":
        this.#tag(value ? Tag.True : Tag.False);
        return;
      case "undefined":
        this.#tag(Tag.Absent);
        return;
      case "object":
        if (value === null) this.#tag(Tag.Null);
        else if (this.#kept && value instanceof Uint8Array) this.#bytesOf(value);
        else this.#object(value, depth);
        return;
      default:
        this.#tag(Tag.Foreign);
    }
  }

  #object(value: object, depth: number): void {
    let length: number | undefined;
    let keys: readonly string[];
    try {
      length = lengthOf(value);
      if (length === undefined && isForeign(value)) {
        this.#foreign(value);
        return;
      }
      if (depth > this.#deepest) {
        this.#tag(Tag.TooDeep);
        return;
      }
      keys = length === undefined ? keysOf(value) : [];
    } catch {
      assertRoom();
      this.#tag(Tag.Foreign); // a Proxy whose traps throw
      return;
    }
    if (length === undefined) this.#record(value as Record<string, unknown>, keys, depth);
    else this.#list(value as ArrayLike<unknown>, length, depth);
  }

  #list(list: ArrayLike<unknown>, length: number, depth: number): void {
    if (length * VALUE > this.#left) {
      this.#tag(Tag.TooLarge);
      return;
    }
    if (length === 0) this.#left -= EMPTY;
    this.#tag(Tag.List);
    const head = this.#at;
    this.#room(4);
    this.#at += 4;
    let written = 0;
    while (written < length && this.#left >= 0) {
      this.#field(list, written, depth);
      written += 1;
    }
    this.#view.setUint32(head, written, true);
  }

  #record(record: Record<string, unknown>, keys: readonly string[], depth: number): void {
    if (keys.length * (KEY + VALUE) > this.#left) {
      this.#stop();
      return;
    }
    const start = this.#at;
    if (keys.length === 0) this.#left -= EMPTY;
    this.#tag(Tag.Record);
    for (const key of keys) {
      this.#left -= KEY + key.length;
      if (this.#left < 0) {
        // Such a key cannot be named in an issue either: it is the record that is too large.
        this.#at = start;
        this.#stop();
        return;
      }
      this.#string(key);
      this.#field(record, key, depth);
      if (this.#left < 0) break;
    }
    this.#tag(Tag.End);
  }

  /** Ends the walk here. What follows is not worth its time: even to list the keys of a large record may take a second. */
  #stop(): void {
    this.#left = -1;
    this.#tag(Tag.TooLarge);
  }

  #field(container: object, key: string | number, depth: number): void {
    this.#left -= VALUE;
    if (this.#left < 0) {
      this.#tag(Tag.TooLarge);
      return;
    }
    let value: unknown;
    try {
      value = (container as Record<string | number, unknown>)[key];
    } catch {
      assertRoom();
      this.#tag(Tag.Foreign);
      return;
    }
    if (depth === 1 && key === this.#long?.field && typeof value === "string") this.#textLeft += this.#long.units;
    this.#value(value, depth + 1);
  }

  #bytesOf(kept: Uint8Array): void {
    this.#room(6 + kept.length);
    this.#bytes[this.#at] = Tag.Kept;
    this.#bytes[this.#at + 1] = LONG;
    this.#view.setUint32(this.#at + 2, kept.length, true);
    this.#bytes.set(kept, this.#at + 6);
    this.#at += 6 + kept.length;
  }

  #foreign(value: object): void {
    const instant = this.#dates ? instantOf(value) : undefined;
    if (instant === undefined) this.#tag(Tag.Foreign);
    else this.#number(instant);
  }

  #number(value: number): void {
    if (!Number.isFinite(value)) {
      this.#tag(Tag.Foreign);
      return;
    }
    if (!Number.isSafeInteger(value)) {
      this.#encoded(String(value), Tag.Decimal); // the core carries such numbers as they are written
      return;
    }
    this.#room(9);
    this.#bytes[this.#at] = Tag.Whole;
    this.#view.setFloat64(this.#at + 1, value, true);
    this.#at += 9;
  }

  #text(text: string): void {
    if (text.length > this.#textLeft) {
      this.#tag(Tag.TooLarge);
      return;
    }
    this.#textLeft -= text.length;
    this.#string(text);
  }

  #string(text: string): void {
    const units = text.length;
    if (units <= SHORT) {
      this.#room(2 + units);
      const start = this.#at + 2;
      let read = 0;
      for (; read < units; read++) {
        const unit = text.charCodeAt(read);
        if (unit > 0x7f) break;
        this.#bytes[start + read] = unit;
      }
      if (read === units) {
        this.#bytes[this.#at] = Tag.Text;
        this.#bytes[this.#at + 1] = units;
        this.#at = start + units;
        return;
      }
    }
    this.#encoded(text);
  }

  #encoded(text: string, tag = Tag.Text): void {
    const start = this.#at + 6;
    this.#room(6 + text.length * 3);
    const { written } = textEncoder().encodeInto(text, this.#bytes.subarray(start));
    this.#bytes[this.#at] = isWellFormed(text) ? tag : Tag.BrokenText;
    this.#bytes[this.#at + 1] = LONG;
    this.#view.setUint32(this.#at + 2, written, true);
    this.#at = start + written;
  }

  #tag(tag: Tag): void {
    this.#room(1);
    this.#bytes[this.#at++] = tag;
  }

  #room(needed: number): void {
    if (this.#at + needed > this.#bytes.length) this.#resize(Math.max(this.#bytes.length * 2, this.#at + needed));
  }

  #resize(size: number): void {
    const old = this.#bytes;
    this.#bytes = new Uint8Array(size);
    this.#bytes.set(old.subarray(0, this.#at));
    this.#view = new DataView(this.#bytes.buffer);
  }
}

/** `String.prototype.isWellFormed` where the host has it (Node 20, browsers since 2023). */
export function isWellFormed(text: string): boolean {
  const host = text as string & { isWellFormed?: () => boolean };
  return host.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}
