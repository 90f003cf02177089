import type { ChunkStep } from "convex-pipelines";
import { paragraphsOf, sentencesOf } from "../text";

/** Cuts a text into pieces of at most `maxCharacters`: at paragraphs or sentences, and where one is longer, between words. */
export function chunk(text: string, { strategy, maxCharacters, joinShortSegments }: ChunkStep["options"]): string[] {
  const segments = strategy === "paragraph" ? paragraphsOf(text) : sentencesOf(text);
  const pieces = segments.flatMap((segment) => cut(segment, maxCharacters));
  if (joinShortSegments !== true) return pieces;
  const between = strategy === "paragraph" ? "\n\n" : " ";
  const joined: string[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last !== undefined && last.length + between.length + piece.length <= maxCharacters) {
      joined[joined.length - 1] = last + between + piece;
    } else joined.push(piece);
  }
  return joined;
}

function cut(segment: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = segment;
  while (rest.length > most) {
    const space = rest.slice(0, most + 1).search(/\s\S*$/);
    // A word that is longer than a piece is cut, but no character in two.
    const end = space > 0 ? space : endOfCharacter(rest, most);
    pieces.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest === "" ? pieces : [...pieces, rest];
}

function endOfCharacter(text: string, most: number): number {
  const isWithin = most > 1 && /[\ud800-\udbff]/.test(text.charAt(most - 1));
  return isWithin ? most - 1 : most;
}
