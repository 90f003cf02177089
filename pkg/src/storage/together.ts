// Several decisions in one transaction: a disk takes as long for many as for one.
import { lost } from "../core.js";
import type { Change, Decision, Planned } from "./storage.js";

/** What came of one decision. */
export type Verdict = { reply: unknown } | { thrown: unknown };

/** A decision, and whoever waits for what comes of it. */
export interface Member {
  decision: Decision<unknown>;
  settle: (verdict: Verdict) => void;
}

/** One decision that makes all of these, each on what the one before has left. A refusal stops no other. */
export function together(members: readonly Member[]): Decision<Verdict[]> {
  const decide = (one: (decision: Decision<unknown>, index: number) => Planned<unknown> | undefined): Planned<Verdict[]> | undefined => {
    const verdicts: Verdict[] = [];
    const changes = new Map<string, Change>();
    for (const [index, { decision }] of members.entries()) {
      try {
        const planned = one(decision, index);
        if (planned === undefined) return undefined;
        verdicts.push({ reply: planned.reply });
        for (const { id, expected, row } of planned.changes) {
          changes.set(id, { id, expected: changes.get(id)?.expected ?? expected, row });
        }
      } catch (thrown) {
        verdicts.push({ thrown });
      }
    }
    return { reply: verdicts, changes: [...changes.values()] };
  };
  return {
    onKnown: (outbox) => decide((decision) => decision.onKnown(outbox)),
    on: (rows, outbox) => {
      // The first takes the rows in, and with what it makes of them they are known to the others.
      const planned = decide((decision, index) => {
        const own = index === 0 ? decision.on(rows, outbox) : decision.onKnown(outbox);
        if (own === undefined) throw lost();
        return own;
      });
      return planned ?? { reply: [], changes: [] };
    },
  };
}

export function verdictOf(outcome: Promise<unknown>): Promise<Verdict> {
  return outcome.then(
    (reply) => ({ reply }),
    (thrown: unknown) => ({ thrown }),
  );
}

/** The same decision where what is known counts for nothing. */
export function anew<T>(decision: Decision<T>): Decision<T> {
  return { ...decision, onKnown: () => undefined };
}
