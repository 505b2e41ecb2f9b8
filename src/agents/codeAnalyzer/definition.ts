import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";
import { analyzableLanguages, findingSeverities } from "../codeAnalysis.ts";

export const codeAnalyzerConfig = z.strictObject({
  code: z
    .string()
    .optional()
    .meta({
      title: "Code",
      description: "Only when nothing is connected to the code port. A template, so {{ steps.… }} works.",
      editor: "text",
      placeholder: "{{ steps.input.value.code }}",
    } satisfies FieldMeta),
  language: z
    .string()
    .trim()
    .max(60)
    .default("auto")
    .meta({
      title: "Language",
      description: `auto, ${analyzableLanguages.join(", ")}.`,
      editor: "line",
      suggestions: ["auto", ...analyzableLanguages],
    } satisfies FieldMeta),
  minimumSeverity: z
    .enum(findingSeverities)
    .default("info")
    .meta({
      title: "Minimum severity",
      description: "Findings below it are counted in the score but not listed.",
      editor: "select",
    } satisfies FieldMeta),
  maxFindings: z
    .int()
    .min(1)
    .max(1_000)
    .default(200)
    .meta({
      title: "Findings at most",
      description: "The gravest come first; the summary says how many were left out.",
      editor: "number",
    } satisfies FieldMeta),
});

export const codeAnalyzerDefinition = defineAgent({
  kind: "codeAnalyzer",
  label: "Code Analyzer",
  description:
    "Finds security holes, bugs and complexity in Python, JavaScript and TypeScript, without running the code.",
  category: "code",
  local: true,
  icon: "shield-check",
  inputs: [
    {
      name: "code",
      label: "Code",
      type: "text",
      description: "The source text of one file. Without a connection, the setting “Code” is analysed.",
    },
  ],
  outputs: [
    {
      name: "report",
      label: "Report",
      type: "object",
      description: "language, score, summary, counts, metrics, findings, recommendations",
    },
    {
      name: "findings",
      label: "Findings",
      type: "list",
      description: "line, column, rule, severity, category, message, recommendation of each finding, gravest first",
    },
    { name: "summary", label: "Summary", type: "text", description: "The result in a few sentences" },
  ],
  config: codeAnalyzerConfig,
  defaults: { language: "auto", minimumSeverity: "info", maxFindings: 200 },
  budgets: ["timeMs"],
  defaultTimeoutMs: 60_000,
  summary: summarizeCodeAnalyzer,
});

function summarizeCodeAnalyzer(config: JsonObject): string {
  const language = typeof config.language === "string" && config.language.trim() ? config.language.trim() : "auto";
  const subject = language === "auto" ? "Checks code, language by itself" : `Checks ${language} code`;
  const { minimumSeverity } = config;
  if (minimumSeverity === "error") return `${subject}; errors only`;
  return minimumSeverity === "warning" ? `${subject}; warnings and errors` : subject;
}
