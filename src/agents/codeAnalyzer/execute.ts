import { AppError } from "../../errors.ts";
import type { Execute } from "../agent.ts";
import type { codeAnalyzerConfig } from "./definition.ts";
import { chooseLanguage } from "./language.ts";
import { composeReport } from "./report.ts";

export const executeCodeAnalyzer: Execute<typeof codeAnalyzerConfig> = async (config, inputs, context) => {
  const code = inputs.code ?? config.code;
  if (code !== undefined && typeof code !== "string")
    throw new AppError("input_invalid", "Port code needs the source text; what arrived is not text.");
  if (code === undefined || code.trim() === "")
    throw new AppError("input_invalid", "There is no code to analyse: connect port code or fill in the setting Code.");
  const { language, detected } = chooseLanguage(config.language, code);
  context.log(`Analysing ${language}${detected ? " (recognised)" : ""}, ${code.length} characters`);
  const result = await context.codeAnalysis.analyze({ code, language }, context.signal);
  const { minimumSeverity, maxFindings } = config;
  const { report, findings, summary } = composeReport(result, { language, detected, minimumSeverity, maxFindings });
  context.log(summary);
  return { outputs: { report, findings, summary } };
};
