import { z } from "zod";
import { jsonObject } from "../json.ts";
import { portName } from "./graph.ts";

/** What a port carries. `any` fits everything; a value is checked at the port when the type is known. */
export const portTypes = ["any", "text", "number", "boolean", "list", "object"] as const;
export const portType = z.enum(portTypes);
export type PortType = z.infer<typeof portType>;

export const portDefinition = z.strictObject({
  name: portName,
  label: z.string(),
  type: portType,
  description: z.string(),
  /** Inputs only: a step cannot start without a connection here. */
  required: z.boolean().optional(),
  /** Inputs only: more than one edge may arrive; the value is then the list of what arrived, in edge order. */
  multiple: z.boolean().optional(),
});
export type PortDefinition = z.infer<typeof portDefinition>;

export const agentCategories = ["triggers", "ai", "flow", "data", "code"] as const;
export const agentCategory = z.enum(agentCategories);
export type AgentCategory = z.infer<typeof agentCategory>;

/** An agent as the catalogue lists it: everything but the functions, the config schema as JSON Schema. */
export const agentDescription = z.strictObject({
  kind: z.string(),
  label: z.string(),
  description: z.string(),
  category: agentCategory,
  /** Name of an icon in the client's set (lucide). */
  icon: z.string(),
  /** Markdown. */
  docs: z.string(),
  inputs: z.array(portDefinition),
  outputs: z.array(portDefinition),
  configSchema: jsonObject,
  isBuiltin: z.boolean(),
});
export type AgentDescription = z.infer<typeof agentDescription>;
