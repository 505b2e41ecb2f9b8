import type { ChatModels } from "#src/agents/chatModels.ts";
import type { CodeAnalysis } from "#src/agents/codeAnalysis.ts";

const unused = () => {
  throw new Error("The bench's agents have no ports.");
};
export const chatModelsUnused: ChatModels = { stream: unused };
export const codeAnalysisUnused: CodeAnalysis = { analyze: unused };
