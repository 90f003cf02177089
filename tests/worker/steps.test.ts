/** What the example's worker makes of texts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunk } from "../../www-example/worker/steps/chunk";
import { clean } from "../../www-example/worker/steps/clean";
import { summarise } from "../../www-example/worker/steps/summarise";

describe("clean", () => {
  test("takes away what shows nothing, and what is asked for", () => {
    const text = "\ufeff- One\u00ad thing\u200b\r\n\u2022 An \u201cother\u201d\t thing\n\n\n\n12. It\u2019s last ";
    expect(clean(text, {})).toBe("- One thing\n\u2022 An \"other\"\t thing\n\n\n\n12. It's last");
    expect(clean(text, { stripBullets: true, normaliseWhitespace: true })).toBe("One thing\nAn \"other\" thing\n\nIt's last");
    expect(clean("\u00abOui\u00bb", { preserveQuotes: true })).toBe("\u00abOui\u00bb");
  });

  test("leaves alone what is no bullet", () => {
    const text = "-5 degrees\n1984 was long\n*bold* words";
    expect(clean(text, { stripBullets: true })).toBe(text);
  });

  test("done twice is as done once", () => {
    const options = fc.record({ preserveQuotes: fc.boolean(), normaliseWhitespace: fc.boolean() });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), options, (text, given) => {
        const once = clean(text, given);
        expect(clean(once, given)).toBe(once);
      }),
    );
  });
});

describe("chunk", () => {
  test("cuts at paragraphs or at sentences, and joins what is short", () => {
    const text = "One. Two is longer.\nStill two.\n\nThree.";
    expect(chunk(text, { strategy: "paragraph", maxCharacters: 100 })).toEqual(["One. Two is longer.\nStill two.", "Three."]);
    expect(chunk(text, { strategy: "sentence", maxCharacters: 100 })).toEqual(["One.", "Two is longer.", "Still two.", "Three."]);
    expect(chunk(text, { strategy: "sentence", maxCharacters: 20, joinShortSegments: true })).toEqual([
      "One. Two is longer.",
      "Still two. Three.",
    ]);
  });

  test("no piece is too long, none is empty, and no letter is lost", () => {
    const letters = (text: string): string => text.replace(/\s+/g, "");
    const options = fc.record({
      strategy: fc.constantFrom("paragraph" as const, "sentence" as const),
      maxCharacters: fc.integer({ min: 2, max: 60 }),
      joinShortSegments: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "bc", " ", "\n", "\n\n", ". ", "\u{1f600}"), maxLength: 200 }), options, (text, given) => {
        const pieces = chunk(text, given);
        expect(pieces.every((piece) => piece !== "" && piece.length <= given.maxCharacters)).toBe(true);
        expect(letters(pieces.join(""))).toBe(letters(text));
        expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
      }),
    );
  });
});

describe("summarise", () => {
  const TEXT =
    "The river floods the valley each spring. People in the valley build houses on poles. My aunt likes tea. " +
    "When the river floods, the poles keep the houses dry. It rained on Tuesday.";

  test("keeps the sentences that say what is said most, in their order", () => {
    expect(summarise(TEXT, { bulletCount: 2 })).toEqual({
      summary: "- The river floods the valley each spring.\n- When the river floods, the poles keep the houses dry.",
      chosen: 2,
      of: 5,
    });
    const { summary } = summarise(TEXT, { bulletCount: 20, style: "paragraph", includeKeywords: true });
    expect(summary).toBe(`${TEXT}\n\nKeywords: river, floods, valley, houses, poles`);
  });

  test("of nothing is nothing", () => {
    expect(summarise("", { bulletCount: 3, includeKeywords: true })).toEqual({ summary: "", chosen: 0, of: 0 });
  });
});
