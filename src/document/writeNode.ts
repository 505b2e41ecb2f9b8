import * as Y from "yjs";
import type { AgentDefinition } from "../agents/agent.ts";
import { equalJson, type JsonObject, type JsonValue } from "../json.ts";
import type { Budget, GraphNode, GraphNote, StepBudget } from "../schemas/graph.ts";
import { toPlain } from "./plain.ts";
import { newText, writeText } from "./sharedText.ts";
import { isTextField } from "./textFields.ts";

/** A node as it is stored; `order` is its place among the nodes. */
export function newNode(node: GraphNode, order: number, definition: AgentDefinition | undefined): Y.Map<unknown> {
  const stored = new Y.Map<unknown>();
  for (const [field, value] of Object.entries(plainFields(node))) stored.set(field, value);
  stored.set("order", order);
  stored.set("config", newConfig(node.config, definition));
  return stored;
}

function newConfig(values: JsonObject, definition: AgentDefinition | undefined): Y.Map<unknown> {
  const config = new Y.Map<unknown>();
  for (const [field, value] of Object.entries(values)) {
    const shared = isTextField(definition, field) && typeof value === "string";
    config.set(field, shared ? newText(value) : value);
  }
  return config;
}

/** Changes a stored node to read `node`, field by field; what is equal already is not touched. */
export function writeNode(stored: Y.Map<unknown>, node: GraphNode, definition: AgentDefinition | undefined): void {
  const wanted = plainFields(node);
  for (const field of plainNames) writeValue(stored, field, wanted[field]);
  const config = stored.get("config");
  if (!(config instanceof Y.Map)) {
    stored.set("config", newConfig(node.config, definition));
    return;
  }
  for (const field of [...config.keys()]) if (!Object.hasOwn(node.config, field)) config.delete(field);
  for (const [field, value] of Object.entries(node.config)) writeField(config, { field, value, definition });
}

export interface FieldValue {
  readonly field: string;
  readonly value: JsonValue;
  readonly definition: AgentDefinition | undefined;
}

/** Sets one top-level config field: shared text is edited where it differs, anything else replaced when it differs. */
export function writeField(config: Y.Map<unknown>, { field, value, definition }: FieldValue): void {
  const now = config.get(field);
  if (now instanceof Y.Text && typeof value === "string") writeText(now, value);
  else if (isTextField(definition, field) && typeof value === "string") config.set(field, newText(value));
  else writeValue(config, field, value);
}

/** Sets a plain value unless it is there already; undefined removes it. */
export function writeValue(map: Y.Map<unknown>, field: string, value: JsonValue | undefined): void {
  if (value === undefined) {
    if (map.has(field)) map.delete(field);
  } else if (
    !map.has(field) ||
    !equalJson(
      toPlain(map.get(field), () => {}),
      value,
    )
  )
    map.set(field, value);
}

/** A budget with the limits that it has. Without any it is none. */
export function plainBudget(budget: Budget | StepBudget | undefined): JsonObject | undefined {
  const limits = Object.entries(budget ?? {}).flatMap(([name, limit]): [string, number][] =>
    limit === undefined ? [] : [[name, limit]],
  );
  return limits.length === 0 ? undefined : Object.fromEntries(limits);
}

export function newNote(note: GraphNote, order: number): Y.Map<unknown> {
  const stored = new Y.Map<unknown>();
  stored.set("text", newText(note.text));
  stored.set("position", note.position);
  stored.set("size", { width: note.width, height: note.height });
  stored.set("order", order);
  return stored;
}

export function writeNote(stored: Y.Map<unknown>, note: GraphNote): void {
  const text = stored.get("text");
  if (text instanceof Y.Text) writeText(text, note.text);
  else stored.set("text", newText(note.text));
  writeValue(stored, "position", note.position);
  writeValue(stored, "size", { width: note.width, height: note.height });
}

/** Where a node lies is one value with the frame it lies in: two people who move it leave one of both, never a mix. */
export function placeOf({ position: { x, y }, parent }: Pick<GraphNode, "position" | "parent">): JsonObject {
  return { x, y, ...(parent === undefined ? {} : { parent }) };
}

const optionalNames = ["retry", "timeoutMs", "budget", "disabled", "size", "onError", "defaultOutputs"] as const;
const plainNames = ["key", "agent", "name", "position", ...optionalNames] as const;

/** The node's own fields without config; absent ones are left out. */
function plainFields(node: GraphNode): JsonObject {
  const optional = optionalNames.flatMap((field): [string, JsonValue][] => {
    const value = field === "budget" ? plainBudget(node.budget) : node[field];
    return value === undefined ? [] : [[field, value]];
  });
  return {
    key: node.key,
    agent: node.agent,
    name: node.name,
    position: placeOf(node),
    ...Object.fromEntries(optional),
  };
}
