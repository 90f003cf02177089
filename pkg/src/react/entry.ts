// One question to a repository, and whoever shows its answer.
import { isPipelineError } from "../error.js";
import type { PipelineRepository } from "../repositories/repository.js";
import { isOnScreen } from "./listen.js";
import { keep } from "./keep.js";

/** What is asked of a repository. */
export interface Query<T> {
  /** Two queries of one key share an answer. */
  readonly key: string;
  /** The pipeline that it is about; absent where it is about all. */
  readonly pipelineId?: string | undefined;
  read(repository: PipelineRepository): Promise<T>;
  /** Whether the device beneath a server says something with this answer: it has only what was opened here. Absent where it is not asked. */
  isKnown?(answer: T): boolean;
  /** In how many milliseconds to ask again of its own accord; never where absent. */
  pause?(answer: T | undefined): number;
}

/** What a component shows of an answer; the same object until that changes. */
export interface Shown<T> {
  /** The last answer. It stays while a later one fails. */
  readonly value?: T;
  /** Why the last call failed. */
  readonly error?: Error;
  /** There is nothing to show yet. */
  readonly isLoading: boolean;
  /** The device has answered, and the server has not. */
  readonly isAhead?: boolean;
}

/** Before there is an answer, and wherever a server renders. */
export const LOADING: Shown<never> = { isLoading: true };

export class Entry<T> {
  readonly query: Query<T>;
  readonly #repository: PipelineRepository;
  readonly #device: PipelineRepository | undefined;
  readonly #onLeft: () => void;
  readonly #listeners = new Set<() => void>();
  #shown: Shown<T>;
  #reading: Promise<void> | undefined;
  /** Something was written since the call that is under way began. */
  #isStale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onLeft` is called when nobody shows the answer any more and no call is under way. */
  constructor(query: Query<T>, repository: PipelineRepository, device: PipelineRepository | undefined, before: Shown<T>, onLeft: () => void) {
    this.query = query;
    this.#repository = repository;
    this.#device = device;
    this.#shown = before;
    this.#onLeft = onLeft;
  }

  get shown(): Shown<T> {
    return this.#shown;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1 && this.#reading === undefined) void this.look();
    return () => {
      this.#listeners.delete(listener);
      // Strict mode leaves and comes back at once, and so does a page whose place another takes that shows the same.
      queueMicrotask(() => {
        this.#leaveIfAlone();
      });
    };
  }

  /** Asks, and once more where a call is under way that began before; settles when the answer is shown. */
  look(): Promise<void> {
    this.#isStale = true;
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** The same for a person, who sees that something happens after a failure. */
  retry(): Promise<void> {
    if (this.#shown.error !== undefined && this.#shown.value === undefined) this.#show(LOADING);
    return this.look();
  }

  async #read(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#isStale) {
      this.#isStale = false;
      const shown = await this.#ask();
      if (this.#listeners.size === 0) break; // nobody is left to be told
      this.#show(shown);
    }
    this.#isStale = false;
    this.#reading = undefined;
    this.#lookLater();
    this.#leaveIfAlone();
  }

  async #ask(): Promise<Shown<T>> {
    if (this.#shown.value === undefined) void this.#lookAhead();
    try {
      const value = keep(this.#shown.value, await this.query.read(this.#repository));
      return { value, isLoading: false };
    } catch (thrown) {
      const ahead = await this.#askDevice();
      return { ...this.#shown, ...ahead, error: this.#errorOf(thrown), isLoading: false };
    }
  }

  /** What this device has is shown at once: a slow server may say otherwise later. */
  async #lookAhead(): Promise<void> {
    const ahead = await this.#askDevice();
    if (ahead !== undefined && this.#shown.value === undefined) this.#show(ahead);
  }

  /** What there is to show of the device, for as long as the server has said nothing. */
  async #askDevice(): Promise<Shown<T> | undefined> {
    if (this.#device === undefined || this.query.isKnown === undefined || !isServerSilent(this.#shown)) return undefined;
    try {
      const answer = await this.query.read(this.#device);
      const isNews = this.#shown.isAhead === true || this.query.isKnown(answer);
      if (!isNews || !isServerSilent(this.#shown)) return undefined;
      return { value: keep(this.#shown.value, answer), isLoading: false, isAhead: true };
    } catch {
      return undefined; // the repository says what is wrong
    }
  }

  #show(shown: Shown<T>): void {
    const { value, error, isLoading } = this.#shown;
    if (value === shown.value && error === shown.error && isLoading === shown.isLoading) return;
    this.#shown = shown;
    for (const listener of [...this.#listeners]) listener();
  }

  #lookLater(): void {
    const pause = this.query.pause?.(this.#shown.value);
    if (pause === undefined) return;
    this.#timer = setTimeout(() => {
      if (isOnScreen()) void this.look();
      else this.#lookLater(); // who comes back looks at once
    }, pause);
  }

  #leaveIfAlone(): void {
    if (this.#listeners.size > 0 || this.#reading !== undefined) return;
    clearTimeout(this.#timer);
    this.#onLeft();
  }

  /** The error that is shown already, where a later call fails like the last. */
  #errorOf(thrown: unknown): Error {
    const error = thrown instanceof Error || isPipelineError(thrown) ? thrown : new Error("no error was thrown", { cause: thrown });
    const { error: before } = this.#shown;
    return before !== undefined && textOf(before) === textOf(error) ? before : error;
  }
}

function isServerSilent({ value, isAhead }: Shown<unknown>): boolean {
  return value === undefined || isAhead === true;
}

function textOf(error: Error): string {
  return isPipelineError(error) ? JSON.stringify(error) : String(error);
}
