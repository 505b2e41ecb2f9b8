import { expect, test } from "bun:test";
import fc from "fast-check";
import { wordDiff } from "#client/components/monitoring/wordDiff.ts";

test("a difference in words keeps what both texts have and gives each text back whole", () => {
  expect(wordDiff("The cat sat.", "The dog sat.")).toEqual([
    { kind: "same", text: "The " },
    { kind: "before", text: "cat" },
    { kind: "after", text: "dog" },
    { kind: "same", text: " sat." },
  ]);
  const text = fc
    .array(fc.constantFrom("a", "b", " ", "\n", ".", "ä", "word"), { maxLength: 30 })
    .map((all) => all.join(""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const pieces = wordDiff(before, after) ?? [];
      const side = (kind: "before" | "after") =>
        pieces.flatMap((piece) => (piece.kind === "same" || piece.kind === kind ? [piece.text] : [])).join("");
      expect([side("before"), side("after")]).toEqual([before, after]);
    }),
  );
});

test("texts that are very long and all different are not compared word by word", () => {
  expect(wordDiff("a ".repeat(5_000), "b ".repeat(5_000))).toBeNull();
  expect(wordDiff(`${"a ".repeat(50_000)}x`, `${"a ".repeat(50_000)}y`)?.at(-1)).toEqual({ kind: "after", text: "y" });
});
