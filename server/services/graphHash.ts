import { createHash } from "node:crypto";
import { isJsonObject } from "#src/json.ts";
import type { Graph } from "#src/schemas/graph.ts";

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** SHA-256, in hex, of a value's JSON with keys in order. */
export function hashOfJson(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex");
}

/** The same graph is the same version. */
export const hashOfGraph = (graph: Graph): string => hashOfJson(graph);
