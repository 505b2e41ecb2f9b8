import { describe, expect, test } from "bun:test";
import { dataProcessorConfig, operations } from "#src/agents/dataProcessor/definition.ts";
import { failure, orders, run } from "./processing.ts";

describe("filter", () => {
  test("keeps the items for which the condition holds, fields named directly", async () => {
    const { data, metadata } = await run(
      { operation: "filter", condition: 'amount > 50 and country = "DE"' },
      { data: orders },
    );
    expect(data).toEqual([{ id: 1, customer: "Ada", country: "DE", amount: 120.5 }]);
    expect(metadata).toEqual({
      operation: "filter",
      format: "csv",
      rowsIn: 4,
      rowsOut: 1,
      columns: ["id", "customer", "country", "amount"],
    });
  });

  test("reaches other steps from the root", async () => {
    const config = { operation: "filter", condition: "amount > $$.steps.limits.value" };
    const { data } = await run(config, { data: [{ amount: 1 }, { amount: 5 }], steps: { limits: { value: 3 } } });
    expect(data).toEqual([{ amount: 5 }]);
  });

  test("tells how to reach another step when it is named as if it were a field", async () => {
    const error = await failure(
      { operation: "filter", condition: "amount > steps.limits.value" },
      { data: [{ amount: 1 }] },
    );
    expect(error).toMatchObject({ code: "expression_failed" });
    expect(error.message).toContain("$$.steps");
  });

  test("takes plain values as items", async () => {
    expect((await run({ operation: "filter", condition: "$ > 2" }, { data: [1, 2, 3, 4] })).data).toEqual([3, 4]);
  });

  test("gives an empty list for an empty list", async () => {
    expect((await run({ operation: "filter", condition: "a = 1" }, { data: [] })).data).toEqual([]);
  });

  test("handles more items than one batch in order", async () => {
    const data = Array.from({ length: 2_500 }, (_, index) => ({ index }));
    const result = await run({ operation: "filter", condition: "index % 1000 = 0" }, { data });
    expect(result.data).toEqual([{ index: 0 }, { index: 1_000 }, { index: 2_000 }]);
  });

  test("takes items in smaller batches when a whole batch is over the limits of an evaluation", async () => {
    const data = Array.from({ length: 40 }, (_, index) => ({ index, text: "x".repeat(500_000) }));
    const { metadata } = await run({ operation: "filter", condition: "index >= 38" }, { data });
    expect(metadata.rowsOut).toBe(2);
  });

  test.each([
    ["amount >", 8],
    ['amount > "x"', 7],
    ["1)}]~>$count()~>$string(", 1],
  ])("ends with the place in the expression where %p is wrong", async (condition, position) => {
    const error = await failure({ operation: "filter", condition }, { data: [{ amount: 1 }] });
    expect(error.code).toBe("expression_failed");
    expect(Math.abs(Number(error.detail?.position) - position)).toBeLessThanOrEqual(4);
  });

  test("stops when the step is cancelled", async () => {
    const error = await failure({ operation: "filter", condition: "true" }, { data: [1], signal: AbortSignal.abort() });
    expect(error.code).toBe("cancelled");
  });
});

describe("map", () => {
  test("makes one new item of each", async () => {
    const config = { operation: "map", mapping: '{ "who": customer, "cents": amount * 100 }' };
    const { data } = await run(config, { data: orders });
    expect(data).toEqual([
      { who: "Ada", cents: 12_050 },
      { who: "Grace, Hopper", cents: 8_000 },
      { who: "Ada", cents: 3_000 },
      { who: "Linus" },
    ]);
  });

  test("keeps lists and missing results apart, item by item", async () => {
    const { data } = await run(
      { operation: "map", mapping: "tags" },
      { data: [{ tags: ["a"] }, { tags: ["a", "b"] }, {}, { tags: [] }] },
    );
    expect(data).toEqual([["a"], ["a", "b"], null, []]);
  });

  test("refuses a list of lists, which JSONata would take apart", async () => {
    expect(await failure({ operation: "map", mapping: "$" }, { data: [[1, 2]] })).toMatchObject({
      code: "input_invalid",
    });
  });
});

describe("sort", () => {
  test("orders numbers by value and puts items without the field last in both directions", async () => {
    const ids = async (direction: string) => {
      const { data } = await run({ operation: "sort", sortBy: "amount", direction }, { data: orders });
      return (data as { id: number }[]).map(({ id }) => id);
    };
    expect(await ids("ascending")).toEqual([3, 2, 1, 4]);
    expect(await ids("descending")).toEqual([1, 2, 3, 4]);
  });

  test("orders text with numbers in it by those numbers, and numbers written as text by value", async () => {
    const data = ["item 10", "apple", "item 9", "-2", "10", "Äpfel", "9.5"].map((name) => ({ name }));
    const { data: sorted } = await run({ operation: "sort", sortBy: "name" }, { data });
    const names = (sorted as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(["-2", "9.5", "10", "Äpfel", "apple", "item 9", "item 10"]);
  });

  test("sorts by several fields, through dots", async () => {
    const data = [
      { at: { city: "B" }, n: 1 },
      { at: { city: "A" }, n: 2 },
      { at: { city: "A" }, n: 1 },
    ];
    expect((await run({ operation: "sort", sortBy: "at.city, n" }, { data })).data).toEqual([
      { at: { city: "A" }, n: 1 },
      { at: { city: "A" }, n: 2 },
      { at: { city: "B" }, n: 1 },
    ]);
  });

  test("takes a field whose name has a dot or a comma", async () => {
    const data = [
      { "v1.0": 2, "a, b": 1 },
      { "v1.0": 1, "a, b": 2 },
    ];
    expect((await run({ operation: "sort", sortBy: "v1.0" }, { data })).data).toEqual([data[1], data[0]] as never);
    expect((await run({ operation: "sort", sortBy: "`a, b`" }, { data })).data).toEqual(data);
  });
});

describe("group and aggregate", () => {
  test("group makes a row for each group with its items", async () => {
    const { data } = await run(
      { operation: "group", groupBy: "kind" },
      { data: [{ kind: "a", n: 1 }, { kind: "b", n: 2 }, { kind: "a", n: 3 }, { n: 4 }] },
    );
    expect(data).toEqual([
      {
        kind: "a",
        count: 2,
        items: [
          { kind: "a", n: 1 },
          { kind: "a", n: 3 },
        ],
      },
      { kind: "b", count: 1, items: [{ kind: "b", n: 2 }] },
      { kind: null, count: 1, items: [{ n: 4 }] },
    ]);
  });

  test("a field called count keeps its name, the number of items gets another", async () => {
    const { data } = await run({ operation: "group", groupBy: "count" }, { data: [{ count: 7 }] });
    expect(data).toEqual([{ count: 7, count_2: 1, items: [{ count: 7 }] }]);
  });

  test("aggregate counts, sums and averages by group, passing over empty cells", async () => {
    const calculate =
      "count(), count(amount) as paid, sum(amount) as total, avg(amount), min(amount), max(customer) as last";
    const { data } = await run({ operation: "aggregate", groupBy: "country", calculate }, { data: orders });
    expect(data).toEqual([
      { country: "DE", count: 2, paid: 2, total: 150.5, avg_amount: 75.25, min_amount: 30, last: "Ada" },
      { country: "US", count: 1, paid: 1, total: 80, avg_amount: 80, min_amount: 80, last: "Grace, Hopper" },
      { country: "FI", count: 1, paid: 0, total: 0, avg_amount: null, min_amount: null, last: "Linus" },
    ]);
  });

  test("aggregate without fields makes one row of everything, even of nothing", async () => {
    expect((await run({ operation: "aggregate", calculate: "count, sum(n)" }, { data: [] })).data).toEqual([
      { count: 0, sum_n: 0 },
    ]);
  });

  test("a sum over something that is not a number names the item", async () => {
    const error = await failure({ operation: "aggregate", calculate: "sum(n)" }, { data: [{ n: 1 }, { n: "many" }] });
    expect(error).toMatchObject({ code: "input_invalid", detail: { item: 2, field: "n" } });
  });

  test.each(["sum()", "median(n)", "sum(n) as x, avg(n) as x", "", "sum(n", "count();"])(
    "%p is refused as a calculation before a run",
    (calculate) => {
      expect(dataProcessorConfig.safeParse({ operation: "aggregate", calculate }).error?.issues[0]?.path).toEqual([
        "calculate",
      ]);
    },
  );
});

describe("join", () => {
  const people = [{ id: 1, name: "Ada" }, { id: 2, name: "Grace" }, { name: "nobody" }];
  const bought = [
    { id: "a", person: "1", name: "book" },
    { id: "b", person: 1, name: "pen" },
    { id: "c", person: 9, name: "lamp" },
    { id: "d", person: null, name: "cup" },
  ];

  test("inner keeps the matches, text and number alike, and renames what both sides have", async () => {
    const { data, metadata } = await run({ operation: "join", joinOn: "id = person" }, { data: people, other: bought });
    expect(data).toEqual([
      { id: 1, name: "Ada", other_id: "a", person: "1", other_name: "book" },
      { id: 1, name: "Ada", other_id: "b", person: 1, other_name: "pen" },
    ]);
    expect(metadata).toMatchObject({ rowsIn: 3, rowsOut: 2 });
  });

  test("left keeps the items without a match", async () => {
    const { data } = await run(
      { operation: "join", joinOn: "id = person", joinKind: "left" },
      { data: people, other: bought },
    );
    expect(data).toHaveLength(4);
    expect((data as unknown[]).slice(2)).toEqual([{ id: 2, name: "Grace" }, { name: "nobody" }]);
  });

  test("the key of the same name comes once", async () => {
    const { data } = await run({ operation: "join", joinOn: "id" }, { data: "id,a\n1,x\n", other: "id;b\n1;y\n" });
    expect(data).toEqual([{ id: 1, a: "x", b: "y" }]);
  });

  test("needs something at port other", async () => {
    expect((await failure({ operation: "join", joinOn: "id" }, { data: people })).message).toContain(
      "connect port other",
    );
  });

  test("stops before keys that match too often fill the memory", async () => {
    const many = Array.from({ length: 1_000 }, () => ({ id: 1 }));
    expect((await failure({ operation: "join", joinOn: "id" }, { data: many, other: many })).message).toContain(
      "more than 100,000 rows",
    );
  });
});

describe("dedupe", () => {
  test("keeps the first of each by fields", async () => {
    const { data } = await run({ operation: "dedupe", dedupeBy: "customer" }, { data: orders });
    expect((data as { id: number }[]).map(({ id }) => id)).toEqual([1, 2, 4]);
  });

  test("compares whole items whatever the order of their keys, and text never equals a number", async () => {
    const { data } = await run(
      { operation: "dedupe" },
      {
        data: [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
          { a: "1", b: 2 },
        ],
      },
    );
    expect(data).toEqual([
      { a: 1, b: 2 },
      { a: "1", b: 2 },
    ]);
  });
});

describe("transform", () => {
  test("sees CSV as rows and the second input as other", async () => {
    const config = { operation: "transform", transformation: '{ "total": $sum(data.amount), "rate": other.rate }' };
    const { data, metadata } = await run(config, { data: orders, other: '{"rate": 2}' });
    expect(data).toEqual({ total: 230.5, rate: 2 });
    expect(metadata).toMatchObject({ rowsIn: 4, rowsOut: 1, columns: ["total", "rate"] });
  });

  test("reads other steps by their names", async () => {
    const { data } = await run(
      { operation: "transform", transformation: "data + steps.a.n" },
      { data: 1, steps: { a: { n: 2 } } },
    );
    expect(data).toBe(3);
  });
});

describe("settings", () => {
  test.each(operations.filter((operation) => !["aggregate", "dedupe"].includes(operation)))(
    "%s without what it needs is refused at its field",
    (operation) => {
      const issue = dataProcessorConfig.safeParse({ operation }).error?.issues[0];
      expect(issue?.code).toBe("custom");
      expect(issue?.path).toHaveLength(1);
    },
  );

  test("unknown settings are refused", () => {
    expect(dataProcessorConfig.safeParse({ operation: "dedupe", colour: "red" }).success).toBe(false);
  });
});
