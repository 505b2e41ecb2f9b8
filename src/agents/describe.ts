import { z } from "zod";
import type { JsonObject } from "../json.ts";
import type { AgentDescription } from "../schemas/agent.ts";
import type { AgentDefinition } from "./agent.ts";
import { docsOf } from "./docs.ts";

/**
 * An agent as the catalogue and the API list it. `configSchema` is JSON Schema 2020-12 of what a person writes (before
 * defaults); the FieldMeta of each field stands among the field's own keywords: `title`, `description`, `editor`,
 * `language`, `placeholder`, `suggestions`, `template`, `showWhen`. The schema's own
 * `default` is the config of a node just added.
 */
export function describeAgent(definition: AgentDefinition): AgentDescription {
  const { kind, label, description, category, icon, inputs, outputs, config } = definition;
  const configSchema = z.toJSONSchema(config, { io: "input", unrepresentable: "any" }) as unknown as JsonObject;
  return {
    kind,
    label,
    description,
    category,
    icon,
    docs: docsOf(kind),
    inputs: [...inputs],
    outputs: [...outputs],
    configSchema: { ...configSchema, default: definition.defaults as JsonObject },
    isBuiltin: true,
  };
}
