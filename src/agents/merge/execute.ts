import type { JsonValue } from "../../json.ts";
import type { Execute } from "../agent.ts";
import type { mergeConfig } from "./definition.ts";

/** Branches that came in the same moment as the last one that was waited for are left out: the number is what was asked for. */
export const executeMerge: Execute<typeof mergeConfig> = async ({ mode, count }, inputs, context) => {
  const arrived = Array.isArray(inputs.value) ? (inputs.value as readonly JsonValue[]) : [];
  const wanted = mode === "all" ? arrived.length : mode === "first" ? 1 : count;
  const items = arrived.slice(0, wanted);
  context.log(`${items.length} ${items.length === 1 ? "branch" : "branches"} arrived.`);
  return { outputs: { items, first: items[0] ?? null } };
};
