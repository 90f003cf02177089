// Whose turn it is to be decided and written.
import { lost } from "../core.js";
import { isPipelineError } from "../error.js";
import { anew, together, verdictOf, type Member, type Verdict } from "./together.js";
import type { Decision } from "./storage.js";

/** In one transaction, which has a deadline. */
const MOST_TOGETHER = 100;

/**
 * One after the other, so that a decision never stands on another one whose transaction is tried again. Those that wait for
 * their turn at the same time have it together, unless they also decide on what waits for a server.
 */
export class DecisionQueue {
  readonly #commitOne: <T>(decision: Decision<T>) => Promise<T>;
  #last: Promise<unknown> = Promise.resolve();
  /** Those that will have the last turn together. */
  #group: Member[] | undefined;

  constructor(commitOne: <T>(decision: Decision<T>) => Promise<T>) {
    this.#commitOne = commitOne;
  }

  commit<T>(decision: Decision<T>): Promise<T> {
    if (decision.pipeline !== undefined) return this.inTurn(() => this.#commitOne(decision));
    const group = this.#group ?? this.#nextGroup();
    const settled = new Promise<Verdict>((settle) => group.push({ decision, settle }));
    if (group.length === MOST_TOGETHER) this.#group = undefined;
    return settled.then((verdict) => {
      if ("thrown" in verdict) throw verdict.thrown;
      return verdict.reply as T;
    });
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#group = undefined; // whoever comes later comes behind this
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #nextGroup(): Member[] {
    const group: Member[] = [];
    void this.inTurn(() => {
      if (this.#group === group) this.#group = undefined;
      return this.#commitTogether(group);
    });
    return (this.#group = group);
  }

  async #commitTogether(group: readonly Member[]): Promise<void> {
    try {
      const [first] = group;
      const alone = group.length === 1 ? first : undefined;
      const verdicts = alone === undefined ? await this.#commitOne(together(group)) : [{ reply: await this.#commitOne(alone.decision) }];
      for (const [index, { settle }] of group.entries()) settle(verdicts[index] ?? { thrown: lost() });
    } catch (thrown) {
      // Nothing of them was kept, and what one of them was in the way of may be kept of the others.
      const mayBeKept = group.length > 1 && isPipelineError(thrown) && thrown.code === "storage" && !thrown.retryable;
      for (const { decision, settle } of group) {
        settle(mayBeKept ? await verdictOf(this.#commitOne(anew(decision))) : { thrown });
      }
    }
  }
}
