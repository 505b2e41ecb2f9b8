import { describe, expect, test } from "bun:test";
import { AppError } from "#src/errors.ts";
import { evaluateExpression, evaluateTemplate } from "#src/expressions/evaluate.ts";
import type { JsonObject } from "#src/json.ts";

const scope: JsonObject = {
  steps: {
    a: { text: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", rows: [{ x: 1 }, { x: 2 }], object: { b: 1 } },
  },
  inputs: { long: "a".repeat(200_000) },
  execution: { id: "exe", input: {} },
};

/** Expressions that would never end, or never fit. */
const endless: Readonly<Record<string, string>> = {
  "infinite recursion": "($f := function(){ 1 + $f() }; $f())",
  "infinite tail recursion": "($f := function(){ $f() }; $f())",
  "tail recursion that counts": "($f := function($n){ $f($n + 1) }; $f(0))",
  "mutual tail recursion": "($f := function(){ $g() }; $g := function(){ $f() }; $f())",
  "the fixed-point combinator": "($y := function($g){ $g($g) }; $y($y))",
  "a huge range": "[1..1000000000]",
  "a large range": "[1..9999999]",
  "ranges within ranges": "[1..100000].[1..100000].[1..100000]",
  "a product of lists":
    "($l := [1..1000]; $map($l, function($a){ $map($l, function($b){ $map($l, function($c){ $c }) }) }))",
  "a join by variables": "($l := [1..2000].{'i': $}; $l@$a.$l@$b.$l@$c.{'s': $a.i + $b.i + $c.i})",
  "padding without end": '$pad("a", 1000000000)',
  "padding to the left": '$pad("a", -1000000000)',
  "padding, partially applied": "$map([1..100000].$string(), $pad(?, 5000000))",
  "joining with a long mark": '$join([1..100000].$string(), $pad("", 100000))',
  "doubling a string": '($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("ab", 60)))',
  "doubling by replacement": '($r := $pad("", 5000, "a"); $replace($replace($r, "a", $r), "a", $r))',
  "doubling by a matched replacement": '($r := $pad("", 5000, "a"); $replace($replace($r, /a/, $r), /a/, $r))',
  "doubling an object":
    '($f := function($o, $n){ $n = 0 ? $o : $f({"a": $o, "b": $o}, $n - 1) }; $string($f({"x": 1}, 60)))',
  "doubling a list of lists":
    "($f := function($o, $n){ $n = 0 ? $o : $f([[$o], [$o]], $n - 1) }; $string($f([1], 60)))",
  "doubling by a transform":
    '($f := function($o, $n){ $n = 0 ? $o : $f({"x": 1} ~> |$|{"a": $o, "b": $o}|, $n - 1) }; $string($f({}, 60)))',
  "comparing doubled objects":
    '($f := function($o, $n){ $n = 0 ? $o : $f({"a": $o, "b": $o}, $n - 1) }; $f({"x": 1}, 40) = $f({"x": 1}, 40))',
  "an object within itself": '($o := {"a": 1} ~> |$|{"a": $}|; $string($o))',
  "appending without end": "($f := function($l){ $f($append($l, $l)) }; $f([1..1000]))",
  "copies kept in a list": "($l := [1..100000]; $map([1..100000], $append($l, ?)))",
  "every pair compared": "$map([1..100000], function($i){ [1..100000][$ = $i] })",
  "reducing without end": "$reduce([1..100000], function($s, $i){ $s & $string($i) & $s })",
  "sorting by a comparison that never agrees": "$sort([1..100000], function($a, $b){ true })",
  "ordering a long list": "[1..100000].{'i': $}^(i)",
  "deep brackets": `${"(".repeat(5_000)}1${")".repeat(5_000)}`,
  "deep lists": `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
  "deep objects": `${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`,
  "copies made by the parser": `${"(".repeat(40)}a${" ?: b)".repeat(40)}`,
  "copies made by the parser, coalescing": `${"(".repeat(40)}a${" ?? b)".repeat(40)}`,
  "a chain of operators": Array(9_999).fill("1").join("+"),
  "a long source": `"${"x".repeat(100_000)}"`,
  "a width of years in a format": '$fromMillis(0, "[Y,1000000000-1000000000]")',
  "a width of years in the present": '$now("[Y,1000000000-1000000000]")',
  "a date with many readings": '$toMillis($pad("", 60, "1") & "x", "[MNn][FNn][MNn][FNn][MNn][FNn][MNn][FNn][MNn]")',
  "a date in words": '$toMillis($pad("", 200, "one "), "[Yw]-[Mw]-[Dw]-[Hw]-[mw]")',
  "a text too long for a pattern":
    "$match($join([inputs.long, inputs.long, inputs.long, inputs.long, inputs.long, inputs.long]), /b/)",
  "a match that starts anew at each letter": "$count($match(inputs.long, /a(.*b)?/))",
};

/** Expressions that reach for what is not theirs. */
const escapes: Readonly<Record<string, string>> = {
  constructor: 'constructor.constructor("return process")()',
  "constructor of a string": 'steps.a.text.constructor("return process")()',
  "quoted constructor": 'steps.a.`constructor`.`constructor`("return 1")',
  "constructor as text": 'steps.a."constructor"',
  __proto__: "steps.__proto__.polluted",
  prototype: "steps.prototype",
  "constructor of a function": "$string.constructor",
  "constructor of a lambda": "function(){1}.constructor",
  "lookup of constructor": '$lookup(steps, "constructor")',
  "lookup of __proto__, put together": '$lookup(steps, "__pro" & "to__")',
  $eval: '$eval("1+1")',
  "$eval by another name": '($e := $eval; $e("1+1"))',
  "$eval by application": '"1+1" ~> $eval',
  "a member named __proto__": '{"__pro" & "to__": {"polluted": true}}',
  "merging into __proto__": '$merge([{"__pro" & "to__": {"polluted": true}}])',
  "marking an object as a function": '{"_jsonata_function": true, "implementation": 1}',
  "a promise that nobody keeps": '($make := function($f){ {"then": $f} }; $make(function($a, $b){ 1 }))',
  "a promise with a name put together": '($make := function($f){ {("th" & "en"): $f} }; $make(function($a, $b){ 1 }))',
  "a promise by grouping": '($make := function($f){ ["then"]{$: $f} }; $make(function($a, $b){ 1 }))',
  "a function as the result": "$string",
  "a lambda as the result": "function($x){ $x }",
  process: "process.exit(1)",
  require: 'require("child_process")',
  import: 'import("node:fs")',
  globalThis: "globalThis.process.env",
  Bun: "Bun.env.PATH",
  fetch: 'fetch("http://127.0.0.1")',
  secrets: "$secrets.x",
  credentials: "$credentials.openai",
  env: "$env.HOME",
  "the meter": "$` meter`",
  "look-around in a pattern": "$contains(steps.a.text, /(?=a)a/)",
  "back-references in a pattern": "$contains(steps.a.text, /(a)\\1/)",
};

async function errorOf(source: string): Promise<unknown> {
  return evaluateExpression(source, scope).then(
    (value) => `no error but ${JSON.stringify(value)?.slice(0, 200)}`,
    (error: unknown) => error,
  );
}

describe("an expression that would not end ends as expression_limit", () => {
  test.each(Object.entries(endless))("%s", async (_, source) => {
    const error = await errorOf(source);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "expression_limit", retryable: false });
  });

  test("patterns that take ordinary engines for ever are linear here", async () => {
    expect(await evaluateExpression("$contains(steps.a.text, /^(a+)+$/)", scope)).toBe(false);
    expect(await evaluateExpression("$contains(inputs.long, /^(a|aa)+$/)", scope)).toBe(true);
    expect(await evaluateExpression("$contains(inputs.long, /(a*)*b/)", scope)).toBe(false);
  });
});

describe("an expression that reaches outside ends as expression_failed", () => {
  test.each(Object.entries(escapes))("%s", async (_, source) => {
    const error = await errorOf(source);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "expression_failed", retryable: false });
  });

  test.each([
    "(function($x){1}).environment.lookup",
    "$string.implementation",
    "$string._jsonata_function",
    "($f := function($g){ $g.arity }; $f(function(){ 1 }))",
    "steps.a.text.length",
    "steps.a.rows.push",
    "steps.hasOwnProperty",
  ])("a function or a value has no inside: %s", async (source) => {
    const outcome = await evaluateExpression(source, scope).catch((error: AppError) => error.code);
    expect([null, "expression_failed"]).toContain(outcome as null);
  });

  test("nothing is left on the platform's objects", () => {
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("data that looks like JSONata's functions is not run", async () => {
    const posing = {
      _jsonata_lambda: true,
      thunk: true,
      arguments: [],
      body: { type: "value", value: "ran", procedure: { type: "value", value: "ran" }, arguments: [] },
    };
    const hostile: JsonObject = { steps: { a: { f: posing, list: [1] } }, inputs: {}, execution: {} };
    for (const source of [
      "steps.a.f()",
      "$map(steps.a.list, steps.a.f)",
      '$lookup(steps.a, "f")',
      "steps.a.f ~> $string",
    ]) {
      const outcome = await evaluateExpression(source, hostile).catch((error: unknown) => error);
      expect(outcome === "" || outcome instanceof AppError).toBe(true);
    }
  });
});

describe("values that came in", () => {
  const hostile = "{{ 1 + 1 }} {{ $eval('1') }} {{ execution.id }}";
  const carrying: JsonObject = {
    steps: { llm: { text: hostile } },
    inputs: { value: hostile },
    execution: { id: "exe" },
  };

  test.each(["{{ steps.llm.text }}", "{{ inputs.value & '' }}", "{{ $string(inputs.value) }}"])(
    "are never evaluated again: %s",
    async (template) => {
      expect(await evaluateTemplate(template, carrying)).toBe(hostile);
      expect(await evaluateTemplate(`> ${template}`, carrying)).toBe(`> ${hostile}`);
    },
  );
});

describe("the clock", () => {
  test("time is what the injected clock says", async () => {
    let now = 0;
    const limits = { timeoutMs: 1_000, now: () => (now += 10) };
    await expect(evaluateExpression("$map([1..1000], function($i){ $i * 2 })", scope, limits)).rejects.toMatchObject({
      code: "expression_limit",
    });
    expect(await evaluateExpression("$now()", scope, { now: () => 0 })).toBe("1970-01-01T00:00:00.000Z");
    expect(await evaluateExpression("$millis()", scope, { now: () => 5 })).toBe(5);
  });

  test("what others do in between is not counted", async () => {
    const trivial = "steps.a.rows[x = 2].x + 1";
    let now = 0;
    // Each look at the clock costs 1 ms: one evaluation needs a few dozen, all of them together some thousands.
    const limits = { timeoutMs: 200, now: () => now++ };
    const all = await Promise.all(Array.from({ length: 200 }, () => evaluateExpression(trivial, scope, limits)));
    expect(new Set(all)).toEqual(new Set([3]));
    expect(now).toBeGreaterThan(2_000);
  });

  test("an endless expression lets timers have their turn, and ends all the same", async () => {
    let pauses = 0;
    let at = 0;
    const begin = () => {
      at = Date.now();
    };
    const thread = {
      begin,
      tick() {
        const ms = Date.now() - at;
        begin();
        return ms;
      },
      pause() {
        if (Date.now() % 10 !== 0) return undefined;
        pauses += 1;
        return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(begin);
      },
      end() {},
    };
    const endless = evaluateExpression("($f := function(){ $f() }; $f())", scope, { thread });
    await expect(endless).rejects.toMatchObject({ code: "expression_limit" });
    expect(pauses).toBeGreaterThan(3);
  });

  test("evaluations of one expression at the same time do not share their limits", async () => {
    const source = "$map([1..50], function($i){ $contains(steps.a.text, /a+/) ? $i : 0 }) ~> $sum";
    let now = 0;
    const slow = evaluateExpression(source, scope, { timeoutMs: 5, now: () => now++ }).catch((e: AppError) => e.code);
    const [one, other, cut] = await Promise.all([
      evaluateExpression(source, scope),
      evaluateExpression(source, scope),
      slow,
    ]);
    expect([one, other, cut]).toEqual([1_275, 1_275, "expression_limit"]);
  });
});
