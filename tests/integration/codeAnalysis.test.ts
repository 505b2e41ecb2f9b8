import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createCodeAnalysis } from "#server/adapters/codeAnalysis/codeAnalysis.ts";
import type { AnalyzableLanguage, CodeReport } from "#src/agents/codeAnalysis.ts";
import { AppError } from "#src/errors.ts";

// ESLint takes seconds to load when the machine has much else to do.
setDefaultTimeout(60_000);

const analysis = createCodeAnalysis();
afterAll(() => analysis.close());

const never = new AbortController().signal;
const analyze = (language: AnalyzableLanguage, code: string) => analysis.analyze({ language, code }, never);
const places = (report: CodeReport) => report.findings.map(({ line, rule }) => `${line} ${rule}`);
const failure = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => expect.unreachable(),
    (error) => (error instanceof AppError ? error : Promise.reject(error)),
  );

const python = `import os
import sys  # noqa: F401
import pickle

PASSWORD = "correct horse"


def load(path, seen=[]):
    """Opens."""
    # A comment.
    with open(path, "rb") as file:
        value = pickle.load(file)
    eval(value)
    os.system("ls " + path)
    try:
        seen.append(value)
    except:
        pass
    return [item for item in seen if item == None]
`;

const script = `import { exec } from "child_process";
import fs from "node:fs";

const password = "correct-horse";
/* eslint-disable */
export function run(command, query, file) {
  eval(command);
  exec("ls " + command);
  fs.readFileSync(file);
  const pattern = /^(a+)+$/;
  if (pattern.test(query) == true) return Math.random();
  // A comment.
  for (const one of query) {
    if (one) {
      for (const two of one) {
        if (two && two.a || two.b) {
          while (two.next()) {
            if (two.done) continue;
            two.go(two.a ? 1 : 2);
          }
        }
      }
    }
  }
  return undefined;
}
`;

describe("Python", () => {
  test("real findings have their line, rule, severity, category and a recommendation", async () => {
    const report = await analyze("python", python);
    expect(places(report)).toEqual(
      expect.arrayContaining([
        "2 F401",
        "5 S105",
        "8 B006",
        "12 S301",
        "13 S307",
        "14 S605",
        "17 E722",
        "17 S110",
        "19 E711",
      ]),
    );
    expect(report.findings.find(({ rule }) => rule === "S105")).toEqual({
      line: 5,
      column: 12,
      rule: "S105",
      severity: "error",
      category: "security",
      message: 'Possible hardcoded password assigned to: "PASSWORD"',
      recommendation:
        "Take the secret from the environment or a secret store, and change it: it is known to all who read this file.",
    });
    expect(report.findings.find(({ rule }) => rule === "F401")).toMatchObject({ severity: "warning", category: "bug" });
    expect(report.findings.every(({ recommendation }) => recommendation.length > 5)).toBe(true);
  });

  test("metrics count code, comment and blank lines apart", async () => {
    const { metrics } = await analyze("python", python);
    expect(metrics).toEqual({
      lines: 19,
      codeLines: 15,
      commentLines: 1,
      blankLines: 3,
      functions: 1,
      maxComplexity: 2,
    });
  });

  test("complexity is a finding only above ten", async () => {
    const branches = (count: number) =>
      `def f(a):\n${Array.from({ length: count }, (_, n) => `    if a == ${n}:\n        print(a)\n`).join("")}`;
    expect(places(await analyze("python", branches(9)))).not.toContain("1 C901");
    const report = await analyze("python", branches(12));
    expect(places(report)).toContain("1 C901");
    expect(report.metrics.maxComplexity).toBe(13);
  });

  test("a syntax error is a finding with its line", async () => {
    const report = await analyze("python", "x = 1\ndef f(:\n    pass\n");
    expect(report.findings[0]).toMatchObject({ line: 2, column: 7, rule: "syntax-error", severity: "error" });
    expect(report.metrics.lines).toBe(3);
  });

  test("places count characters, not bytes", async () => {
    const report = await analyze("python", '# ü😀\ns = "ü😀"; eval(s)\n');
    expect(report.findings.find(({ rule }) => rule === "S307")).toMatchObject({ line: 2, column: 12 });
    expect(report.metrics).toMatchObject({ codeLines: 1, commentLines: 1 });
  });
});

describe.each(["javascript", "typescript"] as const)("%s", (language) => {
  test("real findings have their line and rule, and comments in the code cannot silence them", async () => {
    const report = await analyze(language, script);
    expect(places(report)).toEqual(
      expect.arrayContaining([
        "4 agentflow/hardcoded-secret",
        "6 sonarjs/cognitive-complexity",
        "7 sonarjs/code-eval",
        "8 security/detect-child-process",
        "9 security/detect-non-literal-fs-filename",
        "10 security/detect-unsafe-regex",
        "11 eqeqeq",
        "11 sonarjs/pseudo-random",
      ]),
    );
    expect(report.findings.find(({ rule }) => rule === "sonarjs/code-eval")).toMatchObject({
      severity: "error",
      category: "security",
    });
    expect(report.findings.find(({ rule }) => rule === "sonarjs/cognitive-complexity")).toMatchObject({
      category: "complexity",
    });
    expect(report.findings.every(({ recommendation }) => recommendation.length > 5)).toBe(true);
    expect(report.metrics).toMatchObject({ lines: 26, codeLines: 23, commentLines: 2, blankLines: 1, functions: 1 });
  });

  test("a syntax error is a finding with its line", async () => {
    const report = await analyze(language, "const a = 1;\nconst b = ;\n");
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).toMatchObject({ line: 2, rule: "syntax-error", severity: "error" });
  });

  test("JSX is read", async () => {
    const report = await analyze(language, "export const Hello = ({ name }) => <p>{name}</p>;\n");
    expect(places(report)).not.toContain("1 syntax-error");
    expect(report.metrics.functions).toBe(1);
  });
});

test("TypeScript's own syntax is read, casts too", async () => {
  const report = await analyze(
    "typescript",
    "enum A { B }\nexport const a = <number>(A.B as unknown);\nexport type F = (name: string) => void;\n",
  );
  expect(report.findings).toEqual([]);
});

test("a return outside a function is a script, not a syntax error", async () => {
  expect(places(await analyze("javascript", "if (process.argv[2]) return;\n"))).not.toContain("1 syntax-error");
});

test("empty text has no findings and no lines", async () => {
  for (const language of ["python", "javascript", "typescript"] as const) {
    const { findings, metrics } = await analyze(language, "");
    expect(findings).toEqual([]);
    expect(metrics).toEqual({ lines: 0, codeLines: 0, commentLines: 0, blankLines: 0, functions: 0, maxComplexity: 1 });
  }
});

test("the analysed code never runs", async () => {
  const canary = `agentflow_canary_${crypto.randomUUID()}`;
  const touch = `require("node:fs").writeFileSync("/tmp/${canary}", "x")`;
  await analyze("javascript", `${touch};\nclass A { static { ${touch} } }\nexport default ${touch};\n`);
  await analyze("python", `open("/tmp/${canary}", "w").write("x")\n`);
  expect(await Bun.file(`/tmp/${canary}`).exists()).toBe(false);
});

test("several requests at once are answered each with its own", async () => {
  const reports = await Promise.all([
    analyze("python", "import os\n"),
    analyze("javascript", "debugger;\n"),
    analyze("python", "x = eval(y)\n"),
    analyze("typescript", "export const a: number = 1;\n"),
  ]);
  expect(reports.map(places)).toEqual([["1 F401"], ["1 no-debugger"], ["1 S307", "1 F821"], []]);
});

test("a language that is not there is refused with those that are", async () => {
  const error = await failure(analyze("rust" as AnalyzableLanguage, "fn main() {}"));
  expect(error.code).toBe("unsupported_language");
  expect(error.message).toContain("python, javascript, typescript");
});

test.each([
  ["python", 1_000_000],
  ["javascript", 200_000],
  ["typescript", 200_000],
] as const)("%s longer than %p bytes is refused with its size", async (language, limit) => {
  const error = await failure(analyze(language, "ü".repeat(limit / 2 + 1)));
  expect(error).toMatchObject({ code: "input_invalid", detail: { bytes: limit + 2, limit } });
});

test.each([
  ["python", `x = ${"(".repeat(100_000)}`],
  ["javascript", `const x = ${"[".repeat(100_000)}`],
] as const)("code nested without end in %s fails clearly, and the next file is analysed", async (language, code) => {
  const outcome = await analyze(language, code).then(
    (report) => report.findings[0]?.rule,
    (error: AppError) => error.code,
  );
  expect(["syntax-error", "agent_failed"]).toContain(String(outcome));
  expect(places(await analyze("python", "import os\n"))).toEqual(["1 F401"]);
});

/** Each branch is compared with all before it: minutes of work in 90 kB. */
const pathological = `if (a === 0) { b(); }${Array.from({ length: 3_000 }, (_, n) => ` else if (a === ${n} || c === ${n}) { b(); }`).join("")}\n`;

test("an abort ends a running analysis and takes a waiting one out of the queue", async () => {
  using room = disposable({});
  const running = new AbortController();
  const waiting = new AbortController();
  const first = failure(room.analyze({ language: "javascript", code: pathological }, running.signal));
  const second = failure(room.analyze({ language: "javascript", code: pathological }, waiting.signal));
  const third = room.analyze({ language: "python", code: "import os\n" }, never);
  waiting.abort(new AppError("step_timeout", "The step took too long."));
  running.abort();
  expect((await first).code).toBe("cancelled");
  expect((await second).code).toBe("step_timeout");
  expect(places(await third)).toEqual(["1 F401"]);
});

test("a signal that is aborted before is not analysed at all", async () => {
  expect((await failure(analysis.analyze({ language: "python", code: "" }, AbortSignal.abort()))).code).toBe(
    "cancelled",
  );
});

test("a full queue refuses with an error that says to try again", async () => {
  using room = disposable({ queueLimit: 1 });
  const code = "import os\n";
  const accepted = [
    room.analyze({ language: "python", code }, never),
    room.analyze({ language: "python", code }, never),
  ];
  const refused = await failure(room.analyze({ language: "python", code }, never));
  expect(refused).toMatchObject({ code: "unavailable", retryable: true });
  expect(await Promise.all(accepted)).toHaveLength(2);
});

test("an idle worker is stopped, and another one starts with the next file", async () => {
  using room = disposable({ idleMs: 0 });
  for (let turn = 0; turn < 3; turn++) {
    expect(places(await room.analyze({ language: "python", code: "import os\n" }, never))).toEqual(["1 F401"]);
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test("close ends what runs and what waits, and refuses what comes after", async () => {
  const room = createCodeAnalysis();
  const pending = [1, 2].map(() => failure(room.analyze({ language: "javascript", code: pathological }, never)));
  room.close();
  room.close();
  for (const error of await Promise.all(pending)) expect(error.code).toBe("unavailable");
  expect((await failure(room.analyze({ language: "python", code: "" }, never))).code).toBe("unavailable");
});

function disposable(options: Parameters<typeof createCodeAnalysis>[0]) {
  const room = createCodeAnalysis(options);
  return { analyze: room.analyze, [Symbol.dispose]: () => room.close() };
}
