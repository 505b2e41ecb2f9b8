import { isJsonObject, type JsonValue } from "../json.ts";
import type { PortType } from "../schemas/agent.ts";

export function hasType(value: JsonValue, type: PortType): boolean {
  switch (type) {
    case "any":
      return true;
    case "text":
      return typeof value === "string";
    case "number":
    case "boolean":
      return typeof value === type;
    case "list":
      return Array.isArray(value);
    case "object":
      return isJsonObject(value);
  }
}

export function typeName(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return typeof value === "string" ? "text" : typeof value;
}
