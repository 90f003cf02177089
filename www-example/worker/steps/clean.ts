import type { CleanStep } from "convex-pipelines";

/** What shows nothing and stands in the way: control characters, soft hyphens, joiners and marks of direction. */
const INVISIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]/g;
const BULLET = /^[^\S\n]*(?:[-*+•‣◦▪–]|\d{1,3}[.)])[^\S\n]+/gm;

/** Evens a text out. */
export function clean(
  text: string,
  { preserveQuotes, normaliseWhitespace, stripBullets }: CleanStep["options"],
): string {
  let cleaned = text
    .normalize("NFC")
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(INVISIBLE, "");
  if (preserveQuotes !== true) cleaned = cleaned.replace(/[“”„‟«»]/g, '"').replace(/[‘’‚‛‹›]/g, "'");
  if (stripBullets === true) cleaned = cleaned.replace(BULLET, "");
  if (normaliseWhitespace === true) {
    cleaned = cleaned
      .replace(/[^\S\n]+/g, " ")
      .replace(/ ?\n ?/g, "\n")
      .replace(/\n{3,}/g, "\n\n");
  }
  return cleaned.trim();
}
