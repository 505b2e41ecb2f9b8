import { hasType, typeName } from "#src/agents/portTypes.ts";
import type { JsonValue } from "#src/json.ts";
import type { PortDefinition, PortType } from "#src/schemas/agent.ts";

const examples: Record<PortType, string> = {
  any: 'JSON, e.g. {"found": false}, [] or "text"',
  text: "text",
  number: "a number",
  boolean: "true or false",
  list: "a list, e.g. []",
  object: 'an object, e.g. {"found": false}',
};

export type ReadValue =
  | { readonly problem: null; readonly value: JsonValue | undefined }
  | { readonly problem: string };

/** What a person typed as a value of a port; nothing is no value. Text is taken as it is, anything else is JSON. */
export function readPortValue(port: Pick<PortDefinition, "type" | "label">, typed: string): ReadValue {
  if (typed.trim() === "") return { problem: null, value: undefined };
  if (port.type === "text") return { problem: null, value: typed };
  let value: JsonValue;
  try {
    value = JSON.parse(typed) as JsonValue;
  } catch {
    return { problem: `This is not JSON. “${port.label}” takes ${examples[port.type]}.` };
  }
  if (hasType(value, port.type)) return { problem: null, value };
  return { problem: `“${port.label}” takes ${examples[port.type]}; this is ${typeName(value)}.` };
}

/** A port's value as it is typed. */
export function writePortValue(port: Pick<PortDefinition, "type">, value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return port.type === "text" && typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
