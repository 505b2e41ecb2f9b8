import { type Diagnostic, PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import type { CodeReport, Finding } from "#src/agents/codeAnalysis.ts";
import { arrange, syntaxRecommendation, syntaxRule } from "./findings.ts";
import { countLines, countLinesRoughly, type LineCounts, type LineSpan } from "./lineMetrics.ts";
import { complexityLimit } from "./protocol.ts";
import { pythonSettings, rateRuffRule } from "./pythonRules.ts";

// Complexity 0 makes Ruff name every function with its complexity, which is also how they are counted.
const workspace = new Workspace(pythonSettings, PositionEncoding.Utf16);

/** Lints one Python file with Ruff, compiled to WebAssembly: no file system, no configuration from disk, no execution. */
export function analyzePython(code: string): CodeReport {
  const text = unsilence(code);
  const findings: Finding[] = [];
  let functions = 0;
  let maxComplexity = 1;
  for (const diagnostic of workspace.check(text) as Diagnostic[]) {
    const complexity = complexityOf(diagnostic);
    if (complexity !== undefined) {
      functions++;
      maxComplexity = Math.max(maxComplexity, complexity);
      if (complexity <= complexityLimit) continue;
    }
    findings.push(toFinding(diagnostic));
  }
  return { findings: arrange(findings), metrics: { ...countPythonLines(text), functions, maxComplexity } };
}

/** Comments that switch rules off (`# noqa`, `# ruff: …`) lose their meaning, letter for letter, so that no place moves. */
function unsilence(code: string): string {
  return code.replace(/#[^\n\r]*/g, (comment) =>
    comment.replace(/noqa/gi, "n_qa").replace(/\b(ruff|flake8|isort)(?=\s*:)/gi, (tool) => `${tool.slice(0, -1)}_`),
  );
}

function complexityOf({ code, message }: Diagnostic): number | undefined {
  const found = code === "C901" ? /\((\d+) > 0\)/.exec(message)?.[1] : undefined;
  return found === undefined ? undefined : Number(found);
}

function toFinding(diagnostic: Diagnostic): Finding {
  const { code, message, start_location: start } = diagnostic;
  const place = { line: Math.max(1, start.row), column: Math.max(1, start.column) };
  if (code === null || code === "invalid-syntax")
    return {
      ...place,
      rule: syntaxRule,
      severity: "error",
      category: "bug",
      message,
      recommendation: syntaxRecommendation,
    };
  const { severity, category, recommendation } = rateRuffRule(code);
  const help = diagnostic.subDiagnostics.find((sub) => (sub.severity as string) === "help")?.message;
  return {
    ...place,
    rule: code,
    severity,
    category,
    message: message.replace(/\((\d+) > 0\)/, `(complexity $1, at most ${complexityLimit} stays readable)`),
    recommendation: recommendation ?? endSentence(diagnostic.fix?.message ?? help ?? fallback(code)),
  };
}

const fallback = (code: string): string => `\`ruff rule ${code}\` says what to write instead.`;
const endSentence = (text: string): string => (text.endsWith(".") ? text : `${text}.`);

/** From Ruff's own tokens, whose places are bytes of UTF-8. */
function countPythonLines(code: string): LineCounts {
  let listing: string;
  try {
    listing = workspace.tokens(code);
  } catch {
    return countLinesRoughly(code, /^\s*#/);
  }
  const starts = lineStarts(code);
  const tokens: LineSpan[] = [];
  const comments: LineSpan[] = [];
  let line = 1;
  const lineAt = (offset: number): number => {
    while (line < starts.length && (starts[line] ?? Number.POSITIVE_INFINITY) <= offset) line++;
    return line;
  };
  for (const [, kind = "", from = "0", to = "0"] of listing.matchAll(/^\s*(\w+) (\d+)\.\.(\d+)/gm)) {
    const first = lineAt(Number(from));
    if (layoutTokens.has(kind)) continue;
    const span = { first, last: lineAt(Math.max(Number(from), Number(to) - 1)) };
    if (kind === "Comment") comments.push(span);
    else tokens.push(span);
  }
  return countLines(code, tokens, comments);
}

const layoutTokens = new Set(["Newline", "NonLogicalNewline", "Indent", "Dedent", "EndOfFile"]);

function lineStarts(code: string): number[] {
  const bytes = new TextEncoder().encode(code);
  const starts = [0];
  for (const [index, byte] of bytes.entries()) {
    const lineFeed = byte === 10;
    const loneReturn = byte === 13 && bytes[index + 1] !== 10;
    if (lineFeed || loneReturn) starts.push(index + 1);
  }
  return starts;
}
