import { describe, expect, test } from "bun:test";
import type { Finding } from "#src/agents/codeAnalysis.ts";
import { codeAnalyzerConfig, codeAnalyzerDefinition } from "#src/agents/codeAnalyzer/definition.ts";
import { composeReport } from "#src/agents/codeAnalyzer/report.ts";

const finding = (line: number, severity: Finding["severity"], more: Partial<Finding> = {}): Finding => ({
  line,
  column: 1,
  rule: `R${severity}`,
  severity,
  category: "bug",
  message: `message ${line}`,
  recommendation: "mend it",
  ...more,
});
const metrics = { lines: 12, codeLines: 10, commentLines: 1, blankLines: 1, functions: 1, maxComplexity: 2 };
const compose = (findings: Finding[], more = {}) =>
  composeReport(
    { findings, metrics },
    { language: "python", detected: false, minimumSeverity: "info", maxFindings: 10, ...more },
  );

describe("the report", () => {
  test("lists the gravest first, security before the rest", () => {
    const { findings } = compose([
      finding(1, "info"),
      finding(2, "error"),
      finding(3, "error", { category: "security" }),
      finding(4, "warning"),
    ]);
    expect(findings.map(({ line }) => line)).toEqual([3, 2, 4, 1]);
  });

  test("score and counts take what is not listed too, and the summary says how much that is", () => {
    const { report, findings, summary } = compose([finding(1, "info"), finding(2, "warning"), finding(3, "error")], {
      minimumSeverity: "warning",
      maxFindings: 1,
    });
    expect(findings).toHaveLength(1);
    expect(report).toMatchObject({
      score: 85,
      counts: { error: 1, warning: 1, info: 1, security: 0 },
      findingsNotListed: 2,
    });
    expect(summary).toBe(
      "Python, 12 lines: score 85 of 100. 1 error, 1 warning, 1 note; 0 of them about security. Gravest: line 3, message 3 (Rerror). 2 findings not listed.",
    );
  });

  test("clean code has 100 points, very bad code 0", () => {
    expect(compose([]).report.score).toBe(100);
    expect(compose([]).summary).toContain("Nothing found");
    expect(compose(Array.from({ length: 11 }, (_, line) => finding(line + 1, "error"))).report.score).toBe(0);
  });

  test("recommends once for each rule, with its lines", () => {
    const { report } = compose([finding(5, "error"), finding(2, "error"), finding(1, "info")]);
    expect(report.recommendations).toEqual([
      { rule: "Rerror", severity: "error", category: "bug", recommendation: "mend it", count: 2, lines: [2, 5] },
      { rule: "Rinfo", severity: "info", category: "bug", recommendation: "mend it", count: 1, lines: [1] },
    ]);
  });
});

describe("the definition", () => {
  test("a node just added is valid, and its line says what it does", () => {
    expect(codeAnalyzerConfig.parse(codeAnalyzerDefinition.defaults).language).toBe("auto");
    expect(codeAnalyzerDefinition.summary({})).toBe("Checks code, language by itself");
    expect(codeAnalyzerDefinition.summary({ language: "python", minimumSeverity: "error" })).toBe(
      "Checks python code; errors only",
    );
    expect(codeAnalyzerDefinition.summary({ language: ["odd"], minimumSeverity: 4 })).toBe(
      "Checks code, language by itself",
    );
  });
});
