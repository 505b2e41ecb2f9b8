import { describe, expect, test } from "bun:test";
import { chooseLanguage, detectLanguage } from "#src/agents/codeAnalyzer/language.ts";
import { AppError } from "#src/errors.ts";

const python = [
  "def add(a, b):\n    return a + b\n",
  "import os\n\nprint(os.getcwd())\n",
  "class A:\n    x = 1\n",
  "for i in range(3):\n    print(i)\n",
];
const javascript = [
  "const add = (a, b) => a + b;\n",
  "function f() {\n  return 1;\n}\n",
  'import fs from "fs";\nconsole.log(fs);\n',
  "module.exports = require('./x');\n",
  "export default function App() { return <p>hello</p>; }\n",
];
const typescript = [
  "const add = (a: number, b: number): number => a + b;\n",
  "interface Point {\n  x: number;\n}\n",
  "type Id = string | number;\nexport const id: Id = 1;\n",
  'import type { A } from "./a";\nconst a = {} as A;\n',
  "export enum Colour { Red, Blue }\n",
];

describe("recognising the language", () => {
  test.each(python)("%p is Python", (code) => expect(detectLanguage(code)).toBe("python"));
  test.each(javascript)("%p is JavaScript", (code) => expect(detectLanguage(code)).toBe("javascript"));
  test.each(typescript)("%p is TypeScript", (code) => expect(detectLanguage(code)).toBe("typescript"));
  test.each(["hello world", "", "12 34", "SELECT 1"])("%p is none of them", (code) =>
    expect(detectLanguage(code)).toBeUndefined(),
  );

  test("a Python annotation is no sign of TypeScript", () => {
    expect(detectLanguage("from typing import Any\n\ndef f(a: any, b: number) -> None:\n    self.x = a\n")).toBe(
      "python",
    );
  });

  test("long hostile text is judged at once", () => {
    for (const piece of ["def f(", "a: ", "import x,", " ", "@a\n", "const x<", "interface x<"])
      expect(() => detectLanguage(piece.repeat(50_000 / piece.length))).not.toThrow();
  });
});

describe("choosing the language", () => {
  test.each([
    ["py", "python"],
    [" TSX ", "typescript"],
    [".js", "javascript"],
    ["Python", "python"],
  ])("%p means %p", (wanted, language) =>
    expect(chooseLanguage(wanted, "x")).toEqual({ language: language as "python", detected: false }),
  );

  test.each(["rust", "constructor", "__proto__", "c++"])("%p is refused, naming what is supported", (wanted) => {
    try {
      chooseLanguage(wanted, "fn main() {}");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({
        code: "unsupported_language",
        detail: { supported: ["python", "javascript", "typescript"] },
      });
      expect((error as AppError).message).toContain("python, javascript, typescript");
    }
  });

  test("auto on text of no known language asks to set it", () => {
    expect(() => chooseLanguage("auto", "hello")).toThrow("cannot be told");
  });
});
