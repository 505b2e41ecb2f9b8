import type { AgentCategory } from "#src/schemas/agent.ts";

/** In the order of the catalogue and the palette. */
export const categoryLabels: Record<AgentCategory, string> = {
  triggers: "Triggers",
  ai: "AI",
  flow: "Flow",
  data: "Data",
  code: "Code",
};
