import { describe, expect, test } from "bun:test";
import { failure, run } from "./processing.ts";

/** All rows as they are read. */
const read = async (data: string, config = {}) => (await run({ operation: "dedupe", ...config }, { data })).data;

describe("CSV", () => {
  test("reads quoted cells with separators, quotes and line ends, behind a byte order mark", async () => {
    expect(await read('\uFEFFname,note\r\n"a, b","say ""hi"""\r\n"c","two\nlines"\r\n')).toEqual([
      { name: "a, b", note: 'say "hi"' },
      { name: "c", note: "two\nlines" },
    ]);
  });

  test.each([";", "\t", "|", ","])("recognises %p as separator", async (separator) => {
    expect(await read(`a${separator}b\n1${separator}x\n`)).toEqual([{ a: 1, b: "x" }]);
  });

  test("a separator inside quotes does not count", async () => {
    expect(await read('"a,b,c";d\nx;y\n')).toEqual([{ "a,b,c": "x", d: "y" }]);
  });

  test("makes a column numbers only when every filled cell is one, and leaves its empty cells out", async () => {
    expect(await read('n,zip,mixed,comma,minus\n1.5,007,1,"1,5",-2\n,010,x,2,1e3\n')).toEqual([
      { n: 1.5, zip: "007", mixed: "1", comma: "1,5", minus: -2 },
      { zip: "010", mixed: "x", comma: "2", minus: 1000 },
    ]);
  });

  test("keeps everything text when numbers are not to be read", async () => {
    expect(await read("n\n1\n", { readNumbers: false })).toEqual([{ n: "1" }]);
  });

  test("does not lose digits of long numbers", async () => {
    expect(await read("card\n4111111111111111222\n")).toEqual([{ card: "4111111111111111222" }]);
  });

  test("names unnamed and repeated columns", async () => {
    expect(await read("a,,a\n1,2,3\n")).toEqual([{ a: 1, column_2: 2, a_2: 3 }]);
  });

  test.each([
    ["a,b\n1,2\n3\n", 3, "has 1 cell"],
    ['a,b\n"x\ny",2\n\n1,2,3\n', 5, "has 3 cells"],
    ['a,b\n1,2\n3,"open\n5,6\n', 3, "not closed"],
    ['a,b\n1,"x"y\n', 2, "not closed"],
  ])("%p is refused with the line", async (text, line, words) => {
    const error = await failure({ operation: "dedupe" }, { data: text });
    expect(error).toMatchObject({ code: "input_invalid", detail: { line } });
    expect(error.message).toContain(words);
  });

  test("__proto__ as a header is refused and nothing else learns of it", async () => {
    expect(await failure({ operation: "dedupe" }, { data: "__proto__,b\nx,y\n" })).toMatchObject({
      code: "input_invalid",
    });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test("constructor and toString are columns like others", async () => {
    const data = "constructor,toString\nb,1\na,2\n";
    const { data: sorted } = await run({ operation: "sort", sortBy: "constructor" }, { data });
    expect(JSON.stringify(sorted)).toBe('[{"constructor":"a","toString":2},{"constructor":"b","toString":1}]');
    expect((await run({ operation: "group", groupBy: "valueOf" }, { data })).data).toMatchObject([
      { valueOf: null, count: 2 },
    ]);
  });

  test("a header without rows is an empty list, no header at all an error", async () => {
    expect(await read("a,b\n")).toEqual([]);
    expect((await failure({ operation: "dedupe", format: "csv" }, { data: "\n\n" })).code).toBe("input_invalid");
  });

  test("more rows than the limit are refused", async () => {
    const error = await failure({ operation: "dedupe" }, { data: `n\n${"1\n".repeat(100_001)}` });
    expect(error.message).toContain("at most 100,000");
  });

  test("what looks like a template in a cell stays what it is", async () => {
    const { data } = await run({ operation: "map", mapping: "a" }, { data: "a\n{{ execution.id }}\n" });
    expect(data).toEqual(["{{ execution.id }}"]);
  });
});

describe("JSON", () => {
  test("text that begins like JSON is JSON", async () => {
    expect(await read(' [{"a": 1}, {"a": 1}] ')).toEqual([{ a: 1 }]);
  });

  test("broken JSON says so and how to read it as CSV", async () => {
    const error = await failure({ operation: "dedupe" }, { data: "[1, 2" });
    expect(error.code).toBe("input_invalid");
    expect(error.message).toContain("csv");
  });

  test("__proto__ as a key changes nothing but its own item", async () => {
    const { data } = await run(
      { operation: "group", groupBy: "__proto__" },
      { data: '[{"__proto__": {"polluted": 1}, "a": 1}]' },
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(data).toHaveLength(1);
  });

  test("finds the list inside the data", async () => {
    const data = { result: { orders: [3, 1, 3] } };
    expect((await run({ operation: "dedupe", list: "result.orders" }, { data })).data).toEqual([3, 1]);
  });

  test("names the lists that are there when the data is not one", async () => {
    const error = await failure({ operation: "dedupe" }, { data: { orders: [], total: 1 } });
    expect(error.code).toBe("input_invalid");
    expect(error.message).toContain("orders");
  });

  test.each([[null], [5], [true], ["[]x"], [""], ["   "]])("%p is no list", async (data) => {
    expect((await failure({ operation: "dedupe", format: "auto" }, { data })).code).toBe("input_invalid");
  });

  test("text over the limit is refused before it is read", async () => {
    expect((await failure({ operation: "dedupe" }, { data: "x".repeat(10_000_001) })).message).toContain("10,000,000");
  });
});
