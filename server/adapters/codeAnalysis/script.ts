import * as typescriptParser from "@typescript-eslint/parser";
import type { Rule } from "eslint";
import { Linter } from "eslint/universal";
import security from "eslint-plugin-security";
import sonarjs, { configs as sonarConfigs, rules as sonarRules } from "eslint-plugin-sonarjs";
import type { CodeReport, Finding } from "#src/agents/codeAnalysis.ts";
import { arrange, syntaxRecommendation, syntaxRule } from "./findings.ts";
import { hardcodedSecret } from "./hardcodedSecret.ts";
import { countLines, countLinesRoughly, type LineCounts, type LineSpan } from "./lineMetrics.ts";
import { complexityLimit } from "./protocol.ts";
import { type RuleDocumentation, rateScriptRule, scriptRules, withoutEchoes } from "./scriptRules.ts";

// A folder that does not exist: rules that look for a package.json near the file find none.
const folder = "/nonexistent/analysed";

interface Way {
  readonly file: string;
  readonly config: Linter.Config;
}

const sonarDocuments: Readonly<Record<string, Rule.RuleModule>> = sonarRules;
const plugins = { security, sonarjs, agentflow: { rules: { "hardcoded-secret": hardcodedSecret } } };
const shared = {
  files: ["**/*.js", "**/*.ts", "**/*.tsx"],
  plugins,
  // What is analysed may not switch rules off or on by its comments.
  linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" },
} satisfies Linter.Config;

function javascript(sourceType: "module" | "commonjs"): Way {
  const languageOptions: Linter.LanguageOptions = {
    sourceType,
    ecmaVersion: "latest",
    parserOptions: { ecmaFeatures: { jsx: true } },
  };
  return {
    file: "code.js",
    config: { ...shared, languageOptions, rules: scriptRules("javascript", sonarConfigs.recommended.rules) },
  };
}

function typescript(jsx: boolean): Way {
  const languageOptions: Linter.LanguageOptions = {
    parser: typescriptParser,
    sourceType: "module",
    parserOptions: { ecmaFeatures: { jsx }, jsDocParsingMode: "none" },
  };
  return {
    file: jsx ? "code.tsx" : "code.ts",
    config: { ...shared, languageOptions, rules: scriptRules("typescript", sonarConfigs.recommended.rules) },
  };
}

/** Ways to read a text, tried in order: `<T>x` is a cast in one and an element in the other, `return` outside a function needs CommonJS. */
const ways = {
  javascript: [javascript("module"), javascript("commonjs")],
  typescript: [typescript(false), typescript(true)],
} as const satisfies Record<string, readonly Way[]>;

/** Lints one file with ESLint, SonarJS and the security plugin. Parses only; reads no configuration. */
export function analyzeScript(code: string, language: keyof typeof ways): CodeReport {
  let furthest: Attempt | undefined;
  for (const way of ways[language]) {
    const attempt = lint(code, way);
    if (!attempt.fatal) return report(code, attempt);
    if (!furthest || place(attempt.fatal) > place(furthest.fatal)) furthest = attempt;
  }
  return report(code, furthest ?? { messages: [], fatal: undefined, source: null });
}

interface Attempt {
  readonly messages: readonly Linter.LintMessage[];
  /** The syntax error that ended it. */
  readonly fatal: Linter.LintMessage | undefined;
  readonly source: ReturnType<Linter["getSourceCode"]> | null;
}

function lint(code: string, { file, config }: Way): Attempt {
  const linter = new Linter({ configType: "flat", cwd: folder });
  const messages = linter.verify(code, [config], { filename: `${folder}/${file}` });
  const fatal = messages.find((message) => message.fatal);
  return { messages, fatal, source: fatal ? null : linter.getSourceCode() };
}

const place = (message: Linter.LintMessage | undefined): number =>
  (message?.line ?? 0) * 100_000 + (message?.column ?? 0);

function report(code: string, { messages, source }: Attempt): CodeReport {
  const findings: Finding[] = [];
  let functions = 0;
  let maxComplexity = 1;
  for (const message of messages) {
    if (message.ruleId === "complexity") {
      const complexity = Number(/complexity of (\d+)/.exec(message.message)?.[1] ?? 1);
      if (!message.message.startsWith("Class ")) functions++;
      maxComplexity = Math.max(maxComplexity, complexity);
      if (complexity <= complexityLimit) continue;
    }
    // Not fatal and without a rule: a word about comments that have no effect here.
    if (message.fatal || message.ruleId !== null) findings.push(toFinding(message));
  }
  const lines = source ? countSourceLines(code, source) : countLinesRoughly(code, /^\s*(?:\/\/|\/\*|\*)/);
  return { findings: arrange(withoutEchoes(findings)), metrics: { ...lines, functions, maxComplexity } };
}

function toFinding(message: Linter.LintMessage): Finding {
  const at = { line: Math.max(1, message.line ?? 1), column: Math.max(1, message.column ?? 1) };
  if (message.fatal || message.ruleId === null)
    return {
      ...at,
      rule: syntaxRule,
      severity: "error",
      category: "bug",
      message: message.message.replace(/^Parsing error: /, ""),
      recommendation: syntaxRecommendation,
    };
  const { severity, category, recommendation } = rateScriptRule(message.ruleId, documentation(message.ruleId));
  return {
    ...at,
    rule: message.ruleId,
    severity,
    category,
    message: message.message.replace(/Maximum allowed is 0\.$/, `At most ${complexityLimit} stays readable.`),
    recommendation: recommendation ?? message.suggestions?.[0]?.desc ?? `See the documentation of ${message.ruleId}.`,
  };
}

function documentation(rule: string): RuleDocumentation {
  const [plugin, name = ""] = rule.split("/", 2);
  const found = plugin === "sonarjs" ? sonarDocuments[name] : plugin === "security" ? security.rules[name] : undefined;
  return { type: found?.meta?.type, description: found?.meta?.docs?.description, url: found?.meta?.docs?.url };
}

function countSourceLines(code: string, source: NonNullable<Attempt["source"]>): LineCounts {
  const span = ({
    loc,
  }: {
    loc?: { start: { line: number }; end: { line: number } } | null | undefined;
  }): LineSpan => ({
    first: loc?.start.line ?? 1,
    last: loc?.end.line ?? 0,
  });
  return countLines(code, (source.ast.tokens ?? []).map(span), source.getAllComments().map(span));
}
