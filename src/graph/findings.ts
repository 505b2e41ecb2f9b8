import type { Diagnostic, DiagnosticCode } from "../schemas/diagnostic.ts";

export type Place = Pick<Diagnostic, "nodeId" | "edgeId" | "field">;

/** Collects what is wrong while a graph is compiled. */
export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly hasErrors: () => boolean;
  error(code: DiagnosticCode, message: string, place?: Place): void;
  warning(code: DiagnosticCode, message: string, place?: Place): void;
}

export function newFindings(): Findings {
  const diagnostics: Diagnostic[] = [];
  let errors = 0;
  return {
    diagnostics,
    hasErrors: () => errors > 0,
    error(code, message, place = {}) {
      errors += 1;
      diagnostics.push({ severity: "error", code, message, ...place });
    },
    warning(code, message, place = {}) {
      diagnostics.push({ severity: "warning", code, message, ...place });
    },
  };
}
