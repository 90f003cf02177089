/** Texts, taken apart. */

/** The paragraphs: what blank lines keep apart. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\n[^\S\n]*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
const words = new Intl.Segmenter("en", { granularity: "word" });

/** The sentences, by the rules of Unicode; the end of a paragraph is that of a sentence too. */
export function sentencesOf(text: string): string[] {
  return paragraphsOf(text).flatMap((paragraph) =>
    Array.from(sentences.segment(paragraph.replace(/\s+/g, " ")), ({ segment }) => segment.trim()).filter(Boolean),
  );
}

/** The words in lower case, without what stands between them. */
export function wordsOf(text: string): string[] {
  return Array.from(words.segment(text))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment.toLowerCase());
}
