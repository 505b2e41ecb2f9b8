import type { AnalyzableLanguage, CodeReport } from "#src/agents/codeAnalysis.ts";

export interface AnalysisRequest {
  readonly code: string;
  readonly language: AnalyzableLanguage;
}

/**
 * What the worker says, in this order: `started` once the linter of the language is loaded (the request's time runs from here),
 * then `done` or `failed`. After `failed` the linter's state is unknown, so the worker is not used again.
 */
export type WorkerMessage =
  | { readonly type: "started" }
  | { readonly type: "done"; readonly report: CodeReport }
  | { readonly type: "failed"; readonly reason: string };

/** Findings that leave the worker at most, gravest first: a generated file of 1 MB can have a hundred thousand. */
export const maxReportedFindings = 5_000;
/** Functions above it are a finding; the usual threshold of linters. */
export const complexityLimit = 10;
