import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { checkExpression, checkTemplate, hasTemplate } from "#src/expressions/references.ts";
import { renameKey, renameKeyInExpression } from "#src/expressions/rewrite.ts";
import { splitTemplate } from "#src/expressions/template.ts";

const named = (source: string) => checkExpression(source).references.map(({ root, path }) => [root, ...path].join("."));

describe("the references of an expression", () => {
  test.each<[string, string[]]>([
    ["steps.a.text", ["steps.a.text"]],
    ['steps.`a`."text" & inputs.value', ["steps.a.text", "inputs.value"]],
    ["$$.steps.a.text", ["steps.a.text"]],
    ["$.steps.a.text", ["steps.a.text"]],
    ["steps.a.rows[price > 1].name", ["steps.a.rows.name"]],
    ["steps.a.rows[id = $$.inputs.id]", ["steps.a.rows", "inputs.id"]],
    ["steps.a.rows.(steps.b.c)", ["steps.a.rows"]],
    ["$map(steps.a.rows, function($r){ $r.x + execution.input.n })", ["steps.a.rows", "execution.input.n"]],
    ["steps.a.x ? steps.b.y : steps.c.z", ["steps.a.x", "steps.b.y", "steps.c.z"]],
    ['{"k": steps.a.x, "l": [steps.b.y]}', ["steps.a.x", "steps.b.y"]],
    ["steps.a.x ~> $string", ["steps.a.x"]],
    ["steps.a.x ?? 'none'", ["steps.a.x"]],
    ["($s := steps.a.x; $s.y)", ["steps.a.x"]],
    ["steps.*.text", ["steps"]],
    ["'steps.a.text' & /* steps.b.c */ 1", []],
    ["value.steps.a", []],
  ])("%s", (source, expected) => {
    expect(named(source)).toEqual(expected);
  });
});

describe("the check of a template", () => {
  test.each<[string, string, number]>([
    ["ok {{ 1 + }}", "", 6],
    ["{{ step.a.b }}", "`step`", 3],
    ["a {{ steps.a", "never closed", 2],
    ["{{ }}", "empty", 2],
    ["{{ constructor }}", "constructor", 3],
    ["{{ $eval('1') }}", "$eval", 3],
  ])("%s tells what is wrong and where", (template, words, atLeast) => {
    const { problem } = checkTemplate(template);
    expect(problem?.message ?? "").toContain(words);
    expect(problem?.position ?? -1).toBeGreaterThanOrEqual(atLeast);
  });

  test("finds the references of all its parts, and no problem where there is none", () => {
    const check = checkTemplate("{{ steps.a.text }} and {{ inputs.value }} {{ execution.id }}");
    expect(check.references).toHaveLength(3);
    expect(check.problem).toBeUndefined();
  });

  test("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."{}[]()\"'`/\\*$.?:=,; astep1\n|~>@#%^&") }), (text) => {
        checkTemplate(text);
        checkTemplate(`{{${text}}}`);
        checkExpression(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a text without {{ has no template", () => {
    expect([hasTemplate("a { b } }}"), hasTemplate("{{ a }}")]).toEqual([false, true]);
  });

  test("the parts put together again are the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("{{", "}}", "{", "}", "'", '"', "a", " ", "/", "(") }), (text) => {
        const again = splitTemplate(text).parts.map((part) =>
          part.kind === "text" ? part.text : `{{${part.source}}}`,
        );
        expect(again.join("")).toBe(text);
      }),
    );
  });
});

describe("a renamed key", () => {
  test.each([
    ["{{ steps.a.text }}", "{{ steps.b.text }}"],
    ['{{ steps.`a`.text & steps."a".x }}', "{{ steps.b.text & steps.b.x }}"],
    ["{{ $$.steps.a.text & $.steps.a.y }}", "{{ $$.steps.b.text & $.steps.b.y }}"],
    ["{{ steps.a.x ?: steps.a.y }}", "{{ steps.b.x ?: steps.b.y }}"],
    ["steps.a {{ 'steps.a' & steps.ab.a & inputs.a }}", "steps.a {{ 'steps.a' & steps.ab.a & inputs.a }}"],
    ["{{ steps . a . text }}", "{{ steps . b . text }}"],
    ["{{ broken( }} {{ steps.a.x }}", "{{ broken( }} {{ steps.a.x }}"],
    ["{{ steps.a.x", "{{ steps.a.x"],
  ])("%s becomes %s", (before, after) => {
    expect(renameKey(before, "a", "b")).toBe(after);
  });

  test("is renamed in a plain expression too", () => {
    expect(renameKeyInExpression("value > steps.a.limit and $$.steps.a.on", "a", "longer")).toBe(
      "value > steps.longer.limit and $$.steps.longer.on",
    );
  });

  test("changes nothing else, and back again gives the text before", () => {
    const text = "x {{ steps.a.p & '€' & steps.a.q }} y {{ $map(steps.a.r, function($v){ steps.a.s & $v.a }) }}";
    expect(renameKey(renameKey(text, "a", "other"), "other", "a")).toBe(text);
  });
});
