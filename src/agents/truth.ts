import type { JsonValue } from "../json.ts";

/** JSONata's idea of truth (`$boolean`), which people meet inside their expressions too. */
export function isTrue(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(isTrue);
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
