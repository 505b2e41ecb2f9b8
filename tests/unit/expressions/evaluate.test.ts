import { describe, expect, test } from "bun:test";
import { AppError } from "#src/errors.ts";
import { evaluateConfig, evaluateExpression, evaluateTemplate, type FieldModes } from "#src/expressions/evaluate.ts";
import type { JsonObject } from "#src/json.ts";

const scope: JsonObject = {
  steps: {
    input: { value: { name: "Ada", tags: ["x"], empty: [], none: null, zero: 0 } },
    data: {
      rows: [
        { id: 1, price: 5 },
        { id: 2, price: 20 },
      ],
    },
  },
  inputs: { value: "in" },
  execution: { id: "exe_1", input: { a: 1 } },
};

async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (error instanceof AppError) return error;
  throw new Error(`no AppError but ${JSON.stringify(error)}`);
}

describe("a template", () => {
  test.each<[string, unknown]>([
    ["plain", "plain"],
    ["{{ steps.input.value.tags }}", ["x"]],
    ["  {{ steps.input.value }}\n", { name: "Ada", tags: ["x"], empty: [], none: null, zero: 0 }],
    ["{{ steps.input.value.empty }}", []],
    ["{{ steps.input.value.none }}", null],
    ["{{ steps.input.value.zero }}", 0],
    ["Hi {{ steps.input.value.name }}!", "Hi Ada!"],
    ["{{ steps.input.value.name }}{{ inputs.value }}", "Adain"],
    ["{{steps.data.rows[0]}}: {{ $sum(steps.data.rows.price) }}", '{"id":1,"price":5}: 25'],
    ["none: {{ steps.input.value.none }}.", "none: ."],
    ['{{ {"a": {"b": {"c": 1}}} }}', { a: { b: { c: 1 } } }],
    ["a {{ '}}' }} b {{ \"{{\" }} c", "a }} b {{ c"],
    ["{{ $replace('a}}b', /\\}\\}/, '-') }}", "a-b"],
    ["{{ 1 /* }} */ + 1 }}", 2],
    ["{{ steps.data.rows[price > 100] }}", null],
    ["x{{ steps.data.rows[price > 100] }}y", "xy"],
    ["a single { brace } and }} stay", "a single { brace } and }} stay"],
  ])("%s", async (template, expected) => {
    expect(await evaluateTemplate(template, scope)).toEqual(expected as never);
  });

  test("tells every missing name at once, each one time", async () => {
    const error = await errorOf(
      evaluateTemplate(
        "{{ steps.gone.text }} {{ inputs.other }} {{ steps.input.value.nme }} {{ steps.gone.text }}",
        scope,
      ),
    );
    expect(error.code).toBe("expression_failed");
    expect(error.detail?.missing).toEqual(["steps.gone.text", "inputs.other", "steps.input.value.nme"]);
    for (const name of ["steps.gone.text", "inputs.other", "steps.input.value.nme"])
      expect(error.message).toContain(name);
  });

  test("that is never closed is told, not sent on half", async () => {
    expect((await errorOf(evaluateTemplate("a {{ steps.input", scope))).code).toBe("expression_failed");
  });

  test("cannot grow over its size", async () => {
    const error = await errorOf(evaluateTemplate("{{ inputs.value }}-{{ inputs.value }}", scope, { valueSize: 4 }));
    expect(error.code).toBe("expression_limit");
  });
});

describe("an expression", () => {
  test.each<[string, unknown]>([
    ["steps.data.rows[price > 10].id", 2],
    ["steps.data.rows.price", [5, 20]],
    ["$map(steps.data.rows, function($r){ $r.price * 2 })", [10, 40]],
    ["$distinct([1, 1, 2, {'a': 1, 'b': 2}, {'b': 2, 'a': 1}])", [1, 2, { a: 1, b: 2 }]],
    ["$max(steps.data.rows.price) - $min(steps.data.rows.price)", 15],
    ["$split('a, b,c', /,\\s*/)", ["a", "b", "c"]],
    ["$replace('2026-07-01', /(\\d+)-(\\d+)-(\\d+)/, '$3.$2.$1')", "01.07.2026"],
    ["$match('ab12', /[a-z]/).match", ["a", "b"]],
    ["$contains('HELLO', /hello/i)", true],
    ["steps.data.rows{$string(id): price}", { "1": 5, "2": 20 }],
    ["steps.data.rows^(>price)[0].id", 2],
    ["$spread([{'a': 1, 'b': 2}, [{'c': 3}], 4])", [{ a: 1 }, { b: 2 }, { c: 3 }, 4]],
    ["$spread({'a': 1, 'b': 2})", [{ a: 1 }, { b: 2 }]],
    ["$count($spread([1..5000].{'i': $, 's': 1}))", 10_000],
    ["$count($keys([1..2000]{$string($): $}))", 2_000],
    ["$sort(['b', 'a', 'c'])", ["a", "b", "c"]],
    ["$sort([10, 9, 1])", [1, 9, 10]],
    ["$sort(steps.data.rows, function($l, $r){ $l.price < $r.price }).id", [2, 1]],
    [
      "$sort([{'k': 1, 'n': 'a'}, {'k': 0, 'n': 'b'}, {'k': 1, 'n': 'c'}], function($l, $r){ $l.k > $r.k }).n",
      ["b", "a", "c"],
    ],
    ["$sort([1..100000])[0] + $reverse($sort([1..100000]))[0]", 100_001],
    ["$count([1..1000].{'i': -$}^(i))", 1_000],
    [
      "steps.data ~> |rows|{'seen': true}|",
      {
        rows: [
          { id: 1, price: 5, seen: true },
          { id: 2, price: 20, seen: true },
        ],
      },
    ],
    ["$toMillis('1970-01-01T00:00:01.000Z')", 1_000],
    ["$toMillis('24/12/2025', '[D01]/[M01]/[Y0001]')", 1_766_534_400_000],
    ["$fromMillis(0, '[Y0001]-[M01]-[D01]')", "1970-01-01"],
    ["($f := function($n){ $n <= 1 ? 1 : $n * $f($n - 1) }; $f(20))", 2_432_902_008_176_640_000],
    ["steps.nowhere ? 1 : 2", 2],
    ["$exists(steps.nowhere.text)", false],
    ["steps.nowhere.text ?? 'otherwise'", "otherwise"],
    ["$sift(steps.input.value, function($v, $k){ $k = 'name' })", { name: "Ada" }],
    ["$map(['a', 'b'], $pad(?, 3))", ["a  ", "b  "]],
    ["'  a ' ~> $trim ~> $uppercase", "A"],
  ])("%s", async (source, expected) => {
    expect(await evaluateExpression(source, scope)).toEqual(expected as never);
  });

  test("is not held up by the size or depth of what it does not use", async () => {
    const deep: JsonObject = JSON.parse(`${'{"a":'.repeat(1_000)}1${"}".repeat(1_000)}`);
    const wide = {
      steps: { big: { text: "x".repeat(11_000_000) }, deep, small: { n: [1, 2] } },
      inputs: {},
      execution: {},
    };
    expect(await evaluateExpression("$sum(steps.small.n) + $count($$.steps.small.n)", wide)).toBe(5);
    expect(await evaluateTemplate("{{ steps.big.text }}", wide)).toHaveLength(11_000_000);
    expect((await errorOf(evaluateExpression("$length(steps.big.text)", wide))).code).toBe("expression_limit");
  });

  test("gives plain JSON, not the engine's own lists", async () => {
    const result = await evaluateExpression("steps.data.rows.price", scope);
    expect(Object.getOwnPropertyNames(result)).toEqual(["0", "1", "length"]);
  });

  test("leaves the scope as it was", async () => {
    const before = JSON.stringify(scope);
    await evaluateExpression("$ ~> |steps.input.value|{'name': 'Eve'}, ['tags']|", scope);
    await evaluateExpression("$append(steps.input.value.tags, 'y')", scope);
    expect(JSON.stringify(scope)).toBe(before);
  });

  test.each(["1 +", "steps.", "$cout(steps.data.rows)", "'a' * 2", "$number('x')", "", "   "])(
    "%j fails with a position or a reason",
    async (source) => {
      const error = await errorOf(evaluateExpression(source, scope));
      expect(error.code).toBe("expression_failed");
      expect(error.message.length).toBeGreaterThan(5);
    },
  );
});

describe("a config", () => {
  const modes: FieldModes = {
    mode: "template",
    fields: {
      prompt: { mode: "template", text: true },
      filter: { mode: "expression" },
      code: { mode: "literal" },
      list: { mode: "template", items: { mode: "template" } },
    },
  };

  test("has its templates evaluated and its expressions and literals left alone", async () => {
    const config = {
      prompt: "{{ steps.data.rows[0] }}",
      filter: "{{ not mine }}",
      code: "x = {{ y }}",
      list: ["{{ execution.id }}", 3],
      other: { deep: "{{ steps.input.value.tags }}" },
    };
    expect(await evaluateConfig({ config, fields: modes }, scope)).toEqual({
      prompt: '{"id":1,"price":5}',
      filter: "{{ not mine }}",
      code: "x = {{ y }}",
      list: ["exe_1", 3],
      other: { deep: ["x"] },
    });
  });

  test("tells all fields that failed, and all names that are missing", async () => {
    const config = { prompt: "{{ steps.a.b }}", list: ["ok", "{{ inputs.c }}"], other: "{{ 1 + }}" };
    const error = await errorOf(evaluateConfig({ config, fields: modes }, scope));
    expect(error.code).toBe("expression_failed");
    expect(error.detail?.missing).toEqual(["steps.a.b", "inputs.c"]);
    expect(Object.keys(error.detail?.fields ?? {})).toEqual(["prompt", "list.1", "other"]);
  });
});
