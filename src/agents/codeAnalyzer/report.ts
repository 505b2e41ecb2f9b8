import type { JsonObject } from "../../json.ts";
import { type AnalyzableLanguage, type CodeReport, type Finding, findingSeverities } from "../codeAnalysis.ts";

type Severity = Finding["severity"];

export interface ReportOptions {
  readonly language: AnalyzableLanguage;
  readonly detected: boolean;
  readonly minimumSeverity: Severity;
  readonly maxFindings: number;
}

/** Points off for each finding; the docs of the agent tell them too. */
const points: Readonly<Record<Severity, number>> = { error: 10, warning: 4, info: 1 };
const languageNames: Readonly<Record<AnalyzableLanguage, string>> = {
  python: "Python",
  javascript: "JavaScript",
  typescript: "TypeScript",
};
const listedRecommendations = 20;
const listedLines = 50;

/** The step's outputs from what the linters found. Score and counts take all findings; the list only those asked for. */
export function composeReport(
  { findings, metrics }: CodeReport,
  options: ReportOptions,
): { report: JsonObject; findings: JsonObject[]; summary: string } {
  const lowest = findingSeverities.indexOf(options.minimumSeverity);
  const wanted = findings.filter(({ severity }) => findingSeverities.indexOf(severity) <= lowest).toSorted(byGravity);
  const listed = wanted.slice(0, options.maxFindings).map((finding): JsonObject => ({ ...finding }));
  const score = scoreOf(findings, metrics.codeLines);
  const counts = {
    error: countWhere(findings, ({ severity }) => severity === "error"),
    warning: countWhere(findings, ({ severity }) => severity === "warning"),
    info: countWhere(findings, ({ severity }) => severity === "info"),
    security: countWhere(findings, ({ category }) => category === "security"),
  };
  const hidden = findings.length - listed.length;
  const recommendations = recommend(wanted);
  const summary = [
    `${languageNames[options.language]}${options.detected ? " (recognised)" : ""}, ${plural(metrics.lines, "line")}: score ${score} of 100.`,
    findings.length === 0
      ? "Nothing found."
      : `${plural(counts.error, "error")}, ${plural(counts.warning, "warning")}, ${plural(counts.info, "note")}; ${counts.security} of them about security.`,
    ...wanted
      .slice(0, 1)
      .map((worst) => `Gravest: line ${worst.line}, ${worst.message.replace(/\.$/, "")} (${worst.rule}).`),
    ...(hidden > 0 ? [`${plural(hidden, "finding")} not listed.`] : []),
  ].join(" ");
  return {
    report: {
      language: options.language,
      languageDetected: options.detected,
      score,
      summary,
      counts,
      metrics: { ...metrics },
      findings: listed,
      findingsNotListed: hidden,
      recommendations,
    },
    findings: listed,
    summary,
  };
}

/** 100 less the points, counted per 100 lines of code in longer files, never below 0. */
function scoreOf(findings: readonly Finding[], codeLines: number): number {
  const lost = findings.reduce((sum, { severity }) => sum + points[severity], 0);
  return Math.max(0, Math.round(100 - (lost * 100) / Math.max(100, codeLines)));
}

/** Security first among equals, then the file's order. */
function byGravity(left: Finding, right: Finding): number {
  return (
    findingSeverities.indexOf(left.severity) - findingSeverities.indexOf(right.severity) ||
    Number(right.category === "security") - Number(left.category === "security") ||
    left.line - right.line ||
    left.column - right.column
  );
}

/** One for each rule, gravest first, with the places it applies to. */
function recommend(findings: readonly Finding[]): JsonObject[] {
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) {
    const same = byRule.get(finding.rule);
    if (same) same.push(finding);
    else byRule.set(finding.rule, [finding]);
  }
  return [...byRule.entries()].slice(0, listedRecommendations).flatMap(([rule, same]) => {
    const [first] = same;
    if (!first) return [];
    const { severity, category, recommendation } = first;
    const lines = [...new Set(same.map(({ line }) => line))].slice(0, listedLines);
    return [{ rule, severity, category, recommendation, count: same.length, lines }];
  });
}

const countWhere = (findings: readonly Finding[], test: (finding: Finding) => boolean) => findings.filter(test).length;
const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
