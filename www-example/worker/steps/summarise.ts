/**
 * Summaries without a language model: the sentences that say most of what is said most, in their order.
 *
 * H. P. Luhn, "The Automatic Creation of Literature Abstracts" (1958): a sentence counts by the frequent words that stand
 * close together in it.
 */
import type { SummariseStep } from "convex-pipelines";
import { sentencesOf, wordsOf } from "../text";

/** How many words may stand between two that count, within one cluster. */
const GAP = 4;
const KEYWORDS = 5;
/** Words of English that say nothing of what a text is about, and those of up to two letters. */
const COMMON = new Set(
  (
    "the and for are but not you all any can had her was one our out has him his how its may new now old see two way who did get let " +
    "say she too use that this with from they have been were will would there their what when which while about after also into than " +
    "then them these those some such only other over just more most very each because before between could should does your"
  ).split(" "),
);

/** What is left of a text: how many of its sentences. */
export interface Summary {
  summary: string;
  chosen: number;
  of: number;
}

/** The sentences that are chosen, and the words that come up most. */
export function summarise(text: string, { bulletCount, includeKeywords, style }: SummariseStep["options"]): Summary {
  const sentences = sentencesOf(text);
  const counts = new Map<string, number>();
  for (const word of wordsOf(text)) if (isTelling(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const ranked = sentences.map((sentence, place) => ({ place, sentence, score: scoreOf(wordsOf(sentence), counts) }));
  ranked.sort((a, b) => b.score - a.score || a.place - b.place);
  const chosen = ranked.slice(0, bulletCount).sort((a, b) => a.place - b.place);
  const lines = chosen.map(({ sentence }) => sentence);
  let summary = style === "paragraph" ? lines.join(" ") : lines.map((line) => `- ${line}`).join("\n");
  if (includeKeywords === true) {
    const keywords = [...counts].sort(([, a], [, b]) => b - a).slice(0, KEYWORDS);
    if (keywords.length > 0) summary += `\n\nKeywords: ${keywords.map(([word]) => word).join(", ")}`;
  }
  return { summary, chosen: lines.length, of: sentences.length };
}

function isTelling(word: string): boolean {
  return word.length > 2 && !COMMON.has(word) && !/^\d+$/.test(word);
}

/** The best cluster of words that come up more than once: the square of how many there are, by how long it is. */
function scoreOf(words: readonly string[], counts: ReadonlyMap<string, number>): number {
  const places = words.flatMap((word, place) => ((counts.get(word) ?? 0) > 1 ? [place] : []));
  let best = 0;
  let start = 0;
  for (let at = 0; at < places.length; at++) {
    if (at > 0 && (places[at] ?? 0) - (places[at - 1] ?? 0) > GAP) start = at;
    const count = at - start + 1;
    best = Math.max(best, count ** 2 / ((places[at] ?? 0) - (places[start] ?? 0) + 1));
  }
  return best;
}
