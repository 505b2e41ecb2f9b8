import { expect, test } from "bun:test";
import { createCodeAnalysis } from "#server/adapters/codeAnalysis/codeAnalysis.ts";
import { AppError } from "#src/errors.ts";

/** Each branch is compared with all before it: minutes of work in 90 kB. */
const slow = `if (a === 0) { b(); }${Array.from({ length: 3_000 }, (_, n) => ` else if (a === ${n} || c === ${n}) { b(); }`).join("")}\n`;

test("a file that the linter takes too long for is refused for good, and the next one is analysed", async () => {
  const analysis = createCodeAnalysis({ timeoutMs: 200 });
  const { signal } = new AbortController();
  try {
    const error = await analysis.analyze({ language: "javascript", code: slow }, signal).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "input_invalid", retryable: false });
    expect(error.message).toContain("Send a smaller file.");
    const next = await analysis.analyze({ language: "python", code: "import os\n" }, signal);
    expect(next.findings.map(({ rule }) => rule)).toEqual(["F401"]);
  } finally {
    analysis.close();
  }
}, 30_000);
