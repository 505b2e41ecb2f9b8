import { AppError } from "../../errors.ts";
import type { Execute } from "../agent.ts";
import type { codeAnalyzerConfig } from "./definition.ts";

export const executeCodeAnalyzer: Execute<typeof codeAnalyzerConfig> = async () => {
  throw new AppError("unavailable", "in progress");
};
