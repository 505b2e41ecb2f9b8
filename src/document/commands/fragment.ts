import { z } from "zod";
import { AppError } from "../../errors.ts";
import { isJsonObject, type JsonValue, jsonObject } from "../../json.ts";
import { graphLimits, graphNode, nodeKey, nodeSize, onError, portName, position } from "../../schemas/graph.ts";
import { retryPolicy } from "../../schemas/retryPolicy.ts";

/** Characters of pasted text. */
const pasteLimit = 5_000_000;
const anyId = z.union([z.string().min(1).max(200), z.number()]).transform(String);

/** What copy puts on the clipboard and paste accepts, ids and keys being only names inside it. */
const fragmentNode = z.strictObject({
  id: anyId,
  key: nodeKey.optional(),
  agent: graphNode.shape.agent,
  name: graphNode.shape.name.optional(),
  position: position.optional(),
  config: jsonObject.default({}),
  retry: retryPolicy.optional(),
  timeoutMs: graphNode.shape.timeoutMs,
  budget: graphNode.shape.budget,
  disabled: z.boolean().optional(),
  parent: anyId.optional(),
  size: nodeSize.optional(),
  onError: onError.optional(),
  defaultOutputs: jsonObject.optional(),
});
const fragmentEdge = z.strictObject({
  id: anyId.optional(),
  source: anyId,
  sourcePort: portName,
  target: anyId,
  targetPort: portName,
});
const fragmentNote = z.strictObject({
  id: anyId.optional(),
  text: z.string().max(20_000),
  position: position.optional(),
  width: z.number().optional(),
  height: z.number().optional(),
});
/** Around the parts anything may stand (a name, settings, an export's date): it is not taken over. */
const fragment = z.object({
  nodes: z.array(fragmentNode).max(graphLimits.nodes).default([]),
  edges: z.array(fragmentEdge).max(graphLimits.edges).default([]),
  notes: z.array(fragmentNote).max(graphLimits.notes).default([]),
});
export type Fragment = z.output<typeof fragment>;

/**
 * Reads workflow JSON from anywhere: text (also inside a Markdown code fence) or a value, a graph, a fragment, or an object
 * that holds one as `graph`. Throws `bad_request` or `payload_too_large` naming the place at fault.
 */
export function readFragment(content: unknown): Fragment {
  const value = typeof content === "string" ? parseText(content) : content;
  const found = isJsonObject(value) && isJsonObject(value.graph) ? value.graph : value;
  if (!isJsonObject(found) || !(Array.isArray(found.nodes) || Array.isArray(found.notes)))
    throw new AppError("bad_request", "This is not a workflow: it has no list of nodes.");
  if (Array.isArray(found.nodes)) requireRoom(found.nodes.length);
  refuseHostileKeys(found, 0);
  const parsed = fragment.safeParse(found);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join(".") ?? "";
    throw new AppError("bad_request", `This workflow cannot be pasted: ${place}: ${issue?.message ?? "not valid"}.`, {
      detail: { path: place },
    });
  }
  for (const node of parsed.data.nodes) {
    if (JSON.stringify(node.config).length > graphLimits.configBytes)
      throw new AppError("payload_too_large", `The settings of node "${node.name ?? node.id}" are too large.`);
  }
  return parsed.data;
}

/** Throws `bad_request` for a workflow that would have this many steps, if that is too many. */
export function requireRoom(steps: number): void {
  if (steps <= graphLimits.nodes) return;
  const [wanted, most] = [steps, graphLimits.nodes].map((count) => count.toLocaleString("en-US"));
  throw new AppError("bad_request", `${wanted} steps; a workflow takes ${most}.`);
}

function parseText(text: string): unknown {
  if (text.length > pasteLimit) throw new AppError("payload_too_large", "The text is too large to paste.");
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/.exec(text);
  try {
    return JSON.parse(fenced?.[1] ?? text) as unknown;
  } catch (cause) {
    throw new AppError("bad_request", "The text is not JSON.", { cause });
  }
}

function refuseHostileKeys(value: JsonValue | undefined, depth: number): void {
  if (depth > 64) throw new AppError("bad_request", "The workflow is nested too deeply.");
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, "__proto__"))
    throw new AppError("bad_request", "A name in the workflow cannot be used: __proto__.");
  for (const item of Object.values(value)) refuseHostileKeys(item, depth + 1);
}
