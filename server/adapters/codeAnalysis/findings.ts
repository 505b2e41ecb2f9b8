import { type Finding, findingSeverities } from "#src/agents/codeAnalysis.ts";
import { maxReportedFindings } from "./protocol.ts";

/** In the file's order; beyond the limit the gravest are kept. */
export function arrange(findings: readonly Finding[]): Finding[] {
  const byPlace = (left: Finding, right: Finding) => left.line - right.line || left.column - right.column;
  if (findings.length <= maxReportedFindings) return findings.toSorted(byPlace);
  const gravity = (finding: Finding) => findingSeverities.indexOf(finding.severity);
  return findings
    .toSorted((left, right) => gravity(left) - gravity(right) || byPlace(left, right))
    .slice(0, maxReportedFindings)
    .sort(byPlace);
}

export const syntaxRule = "syntax-error";
export const syntaxRecommendation = "Correct the syntax here first: what comes after it could not be analysed fully.";
