// Sends what waits. Every tab sends what it makes itself, at once, because its caller waits for the verdict; what is left
// over is for the one tab that holds the lock. Nothing is lost or doubled where two send: the lock spares requests only.
import { isPipelineError, PipelineError } from "../error.js";
import { heard, unknownStatus, type Outbox } from "./outbox.js";
import type { Exchange } from "./exchange.js";
import type { Made, OutboxArguments, OutboxOperation, OutboxRemote, OutboxStatus } from "./rows.js";

/** What another tab has made is left to it for so long. */
const COURTESY_MS = 1_000;
/** The longest that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;
/** Somebody who waits for a verdict; told of none, with the document as this device has it. */
type Caller = (outcome?: { data?: unknown } | { error: PipelineError }) => void;

export class OutboxLoop {
  readonly #outbox: Outbox;
  readonly #exchange: Exchange;
  readonly #callers = new Map<string, Set<Caller>>();
  readonly #listeners = new Set<() => void>();
  readonly #sending = new Set<string>();
  readonly #closed = new AbortController();
  #remote: OutboxRemote = {};
  #status: OutboxStatus;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** A look at the rows is under way; whether another one is wanted behind it, and at once. */
  #looking = false;
  #again: { atOnce: boolean } | undefined;
  /** Whether this tab holds the lock. */
  #holdsLock = false;
  #isTelling = false;
  #tellAgain = false;

  constructor(outbox: Outbox, exchange: Exchange) {
    this.#outbox = outbox;
    this.#exchange = exchange;
    this.#status = unknownStatus(outbox.durable);
    const { signal } = this.#closed;
    const unsubscribe = outbox.subscribe((isOther) => {
      this.#tell();
      if (isOther) this.#later(Date.now() + COURTESY_MS);
    });
    signal.addEventListener("abort", unsubscribe);
    this.#listen("online", globalThis, true);
    this.#listen("visibilitychange", (globalThis as { document?: EventTarget }).document, false);
    this.#tell();
    void this.#lead();
  }

  /** As of the last answer or change; the same object until it changes. */
  get status(): OutboxStatus {
    return this.#status;
  }

  /** Calls `listener` whenever {@link status} changes. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Makes a change durable and sends it. Settles with the verdict if it comes within `patienceMs`, and otherwise resolves
   * with the document as this device has it. A secret that was made for it is in the answer either way.
   */
  async make(operation: OutboxOperation, args: Record<string, unknown> & { id: string }, patienceMs: number): Promise<unknown> {
    const made = await this.#outbox.make(operation, args);
    return made.operation === undefined ? made.reply : this.#verdict(made.operation, made.reply, patienceMs);
  }

  /** Sends now what waits for its time. */
  retry(): void {
    this.#look(true);
  }

  /** Settles what a person was asked, and sends what comes of it. */
  async resolve(operation: string, choice: unknown): Promise<Made> {
    const made = await this.#outbox.resolve(operation, choice);
    this.#look(true);
    return made;
  }

  /** Gives a change up. */
  async discard(operation: string): Promise<void> {
    await this.#outbox.discard(operation);
    this.#look(false);
  }

  /** Notes how a read found the server; `error` is `undefined` where it was answered. */
  heard(error?: unknown): void {
    const { code, message, retryable, retryAfterMs } = isPipelineError(error) ? new PipelineError(error) : new PipelineError({ code: "unavailable", message: String(error) });
    this.#found(heard(this.#remote, error === undefined ? undefined : { code, message, retryable, retryAfterMs }));
  }

  /** Stops sending; what waits stays. */
  close(): void {
    this.#closed.abort();
    clearTimeout(this.#timer);
  }

  #verdict(operation: string, reply: unknown, patienceMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const callers = this.#callers.get(operation) ?? new Set();
      const caller: Caller = (outcome = {}) => {
        clearTimeout(timer);
        callers.delete(caller);
        if (callers.size === 0) this.#callers.delete(operation);
        if ("error" in outcome) reject(outcome.error);
        else resolve(withSecret(outcome.data ?? reply, reply));
      };
      const timer = setTimeout(caller, patienceMs);
      this.#callers.set(operation, callers.add(caller));
      this.#look(true);
    });
  }

  #listen(event: string, target: Partial<EventTarget> | undefined, atOnce: boolean): void {
    const look = (): void => {
      if (this.#leads) this.#look(atOnce);
    };
    target?.addEventListener?.(event, look, { signal: this.#closed.signal });
  }

  /** Where other tabs do not see what waits here, there is nobody else to send it. */
  get #leads(): boolean {
    return this.#holdsLock || this.#outbox.place === undefined;
  }

  /** Holds the lock as long as the tab lives; a browser without locks lets every tab lead. */
  async #lead(): Promise<void> {
    const { signal } = this.#closed;
    const held = async (): Promise<void> => {
      this.#holdsLock = true;
      // At once: a tab that was closed while it sent has left what it was sending with a lease that nobody holds.
      this.#look(true);
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => {
          resolve();
        });
      });
    };
    const { place } = this.#outbox;
    const { locks } = (globalThis as { navigator?: { locks?: LockManager } }).navigator ?? {};
    try {
      await (locks === undefined || place === undefined ? held() : locks.request(`convex-pipelines outbox ${place}`, { signal }, held));
    } catch {
      // Closed while it waited.
    }
  }

  /** One look at a time: what is planned twice at once would be sent twice. */
  #look(atOnce: boolean): void {
    if (this.#closed.signal.aborted) return;
    if (this.#looking) {
      this.#again = { atOnce: atOnce || this.#again?.atOnce === true };
      return;
    }
    this.#looking = true;
    void this.#plan(atOnce)
      .catch(() => {
        this.#later(Date.now() + COURTESY_MS); // the place says itself what is wrong with it
      })
      .finally(() => {
        this.#looking = false;
        const again = this.#again;
        this.#again = undefined;
        if (again !== undefined) this.#look(again.atOnce);
      });
  }

  async #plan(atOnce: boolean): Promise<void> {
    const planned = await this.#outbox.plan(this.#remote, [...this.#sending], atOnce);
    for (const { operation, args } of planned.send) void this.#send(operation, args);
    if (planned.wakeAt !== undefined) this.#later(planned.wakeAt);
  }

  async #send(operation: OutboxOperation, args: OutboxArguments): Promise<void> {
    const { op, id } = args;
    this.#sending.add(op.opId);
    try {
      const answer = await this.#exchange(operation, args).catch(whyNone);
      const callers = [...(this.#callers.get(op.opId) ?? [])];
      const sent = { operation, op, answer, attended: callers.length > 0 };
      const { remote, outcome } = await this.#outbox.judge(id, this.#remote, sent);
      const isNews = !isOffline() && !isTrouble(this.#remote);
      this.#found(remote);
      const told = outcome !== undefined && "error" in outcome ? { error: new PipelineError(outcome.error) } : outcome;
      if (told !== undefined) for (const settle of callers) settle(told);
      // The second failure in a row: nobody need wait any longer to learn that the server does not answer.
      else if (!isNews) for (const settle of [...this.#callers.values()].flatMap((each) => [...each])) settle();
    } catch {
      // It was not settled here, so it is sent again.
    } finally {
      this.#sending.delete(op.opId);
      this.#look(false);
    }
  }

  #found(remote: OutboxRemote): void {
    const isBack = remote.remote === "reached" && isTrouble(this.#remote);
    this.#remote = remote;
    this.#tell();
    if (isBack) this.#look(true);
  }

  /** Says how things stand, if that is not what was said last. */
  #tell(): void {
    this.#tellAgain = this.#isTelling;
    if (this.#isTelling || this.#closed.signal.aborted) return;
    this.#isTelling = true;
    void this.#outbox
      .status(this.#remote)
      .then((status) => {
        if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
        this.#status = status;
        for (const listener of [...this.#listeners]) listener();
      })
      .catch(() => undefined) // the place says itself what is wrong with it
      .finally(() => {
        this.#isTelling = false;
        if (this.#tellAgain) this.#tell();
      });
  }

  /** Whatever the time was before: the next look finds out again. */
  #later(moment: number): void {
    clearTimeout(this.#timer);
    if (!this.#leads || this.#closed.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#look(false);
    }, Math.min(Math.max(moment - Date.now(), 0), LONGEST_MS));
  }
}

/** The server never had the secret: whoever made it shows it, once. A remote that makes its own says so itself. */
function withSecret(data: unknown, reply: unknown): unknown {
  const secret = (reply as { webhookSecret?: string } | null)?.webhookSecret;
  if (secret === undefined || typeof data !== "object" || data === null) return data;
  return { webhookSecret: secret, ...data };
}

function whyNone(thrown: unknown): { code: string; message: string } {
  const { code = "unavailable", message = "no answer came" } = isPipelineError(thrown) ? new PipelineError(thrown) : {};
  return { code, message };
}

function isTrouble({ remote = "unknown" }: OutboxRemote): boolean {
  return remote !== "unknown" && remote !== "reached";
}

function isOffline(): boolean {
  return (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false;
}
