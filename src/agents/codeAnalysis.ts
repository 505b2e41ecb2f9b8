import type { Signal } from "../engine/signal.ts";

export const analyzableLanguages = ["python", "javascript", "typescript"] as const;
export type AnalyzableLanguage = (typeof analyzableLanguages)[number];

export const findingSeverities = ["error", "warning", "info"] as const;
export interface Finding {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly severity: (typeof findingSeverities)[number];
  readonly category: "security" | "bug" | "style" | "complexity";
  readonly message: string;
  readonly recommendation: string;
}
export interface CodeMetrics {
  readonly lines: number;
  readonly codeLines: number;
  readonly commentLines: number;
  readonly blankLines: number;
  readonly functions: number;
  /** Highest cyclomatic complexity of a function; 1 for straight code. */
  readonly maxComplexity: number;
}
export interface CodeReport {
  readonly findings: readonly Finding[];
  readonly metrics: CodeMetrics;
}

/** Door to the linters. Never runs the code. Errors: unsupported_language, input_invalid (too long, or too much work), cancelled, unavailable, agent_failed. */
export interface CodeAnalysis {
  analyze(
    request: { readonly code: string; readonly language: AnalyzableLanguage },
    signal: Signal,
  ): Promise<CodeReport>;
}
