import * as Y from "yjs";
import { isJsonObject, type JsonObject } from "../json.ts";
import {
  type GraphNode,
  graphLimits,
  graphNode,
  nodeId,
  nodeKey,
  nodeSize,
  onError,
  type StepBudget,
  stepBudget,
} from "../schemas/graph.ts";
import { retryPolicy } from "../schemas/retryPolicy.ts";
import { mintKey } from "./keys.ts";
import { toPlain } from "./plain.ts";
import type { DocumentProblem } from "./problem.ts";

/** A part of a document as the graph shows it, its place in the order, and what had to be mended. */
export interface Read<Value> {
  readonly value: Value | null;
  readonly order: number;
  readonly problems: readonly DocumentProblem[];
}

const lastPlace = Number.MAX_SAFE_INTEGER;
export const orderOf = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) ? value : lastPlace;

/** Where something lies; anything that is not two finite numbers within reach is drawn at the origin. */
export function readPosition(value: unknown): { position: { x: number; y: number }; mended: boolean } {
  if (isJsonObject(value) && isCoordinate(value.x) && isCoordinate(value.y))
    return { position: { x: value.x, y: value.y }, mended: false };
  return { position: { x: 0, y: 0 }, mended: true };
}

const isCoordinate = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= 1e7;

/** Reads one node. Only a node without a usable id or agent is dropped; everything else is mended. */
export function readNode(id: string, stored: unknown): Read<GraphNode> {
  const problems: DocumentProblem[] = [];
  const repaired = (field: string, message: string) => problems.push({ code: "repaired", nodeId: id, field, message });
  const dropped = (message: string): Read<GraphNode> => ({
    value: null,
    order: lastPlace,
    problems: [{ code: "dropped", nodeId: id.slice(0, 40), message }],
  });

  if (!nodeId.safeParse(id).success) return dropped("A node without a valid id is not shown.");
  if (!(stored instanceof Y.Map)) return dropped("A node that is not an object is not shown.");
  const agent = toPlain(stored.get("agent"), () => {});
  if (typeof agent !== "string" || agent === "" || agent.length > 80)
    return dropped("A node without an agent is not shown.");

  const name = readName(stored.get("name"), agent, repaired);
  const { position, mended } = readPosition(stored.get("position"));
  if (mended) repaired("position", "The position was not two numbers; the node is drawn at the origin.");
  const value: GraphNode = graphNode.parse({
    id,
    key: readKey(stored.get("key"), name, repaired),
    agent,
    name,
    position,
    config: readConfig(stored.get("config"), repaired),
    ...readPolicies(stored, repaired),
    ...readFrame(stored, repaired),
    ...readFailure(stored, repaired),
  });
  return { value, order: orderOf(stored.get("order")), problems };
}

/** The frame a node lies in (whether there is one is the graph's question), and the size of its own. */
function readFrame(stored: Y.Map<unknown>, repaired: Repaired): Partial<GraphNode> {
  const frame: { parent?: GraphNode["parent"]; size?: GraphNode["size"] } = {};
  const place = stored.get("position");
  const parent = isJsonObject(place) ? place.parent : undefined;
  if (parent !== undefined) {
    const parsed = nodeId.safeParse(parent);
    if (parsed.success) frame.parent = parsed.data;
    else repaired("parent", "The container could not be read; the node is drawn outside.");
  }
  const size = stored.get("size");
  if (size !== undefined) {
    const parsed = nodeSize.safeParse(size);
    frame.size = parsed.success ? parsed.data : { width: 520, height: 320 };
    if (!parsed.success) repaired("size", "The size of the frame could not be read.");
  }
  return frame;
}

function readFailure(stored: Y.Map<unknown>, repaired: Repaired): Partial<GraphNode> {
  const failure: { onError?: GraphNode["onError"]; defaultOutputs?: JsonObject } = {};
  const choice = stored.get("onError");
  if (choice !== undefined) {
    const parsed = onError.safeParse(choice);
    if (parsed.success) failure.onError = parsed.data;
    else repaired("onError", "What follows an error could not be read; the default applies.");
  }
  const outputs = stored.get("defaultOutputs");
  if (outputs !== undefined) {
    const plain = toPlain(outputs, (path) =>
      repaired(join("defaultOutputs", path), "A default value that cannot be kept is left out."),
    );
    if (isJsonObject(plain) && isWithin(plain, graphLimits.configBytes)) failure.defaultOutputs = plain;
    else repaired("defaultOutputs", "The default values could not be read; the node has none.");
  }
  return failure;
}

type Repaired = (field: string, message: string) => void;

function readName(value: unknown, agent: string, repaired: Repaired): string {
  const text = toPlain(value, () => repaired("name", "Characters that cannot be kept are replaced."));
  if (typeof text === "string" && text !== "") {
    if (text.length <= graphLimits.nameLength) return text;
    repaired("name", `The name is cut to ${graphLimits.nameLength} characters.`);
    return cut(text, graphLimits.nameLength);
  }
  repaired("name", "The node had no name.");
  return agent;
}

/** The first `limit` characters, never half of a surrogate pair. */
export function cut(text: string, limit: number): string {
  return text.slice(0, limit).replace(/[\ud800-\udbff]$/, "");
}

function readKey(value: unknown, name: string, repaired: Repaired): string {
  if (nodeKey.safeParse(value).success) return value as string;
  const key = mintKey(name, new Set());
  repaired("key", `The node had no valid key; it is "${key}" until somebody sets one.`);
  return key;
}

function readConfig(stored: unknown, repaired: Repaired): JsonObject {
  const config = toPlain(stored, (path) =>
    repaired(join("config", path), "A setting that cannot be kept is left out."),
  );
  if (!isJsonObject(config)) {
    repaired("config", "The settings could not be read; the node has none.");
    return {};
  }
  if (!isWithin(config, graphLimits.configBytes)) {
    repaired("config", "The settings are too large; the node is shown without them.");
    return {};
  }
  return config;
}

const join = (path: string, field: string): string => (field === "" ? path : `${path}.${field}`);

/** Whether the value's JSON has at most `limit` characters. */
function isWithin(value: JsonObject, limit: number): boolean {
  return JSON.stringify(value).length <= limit;
}

function readPolicies(stored: Y.Map<unknown>, repaired: Repaired): Partial<GraphNode> {
  const policies: { retry?: GraphNode["retry"]; timeoutMs?: number; budget?: StepBudget; disabled?: boolean } = {};
  const retry = stored.get("retry");
  if (retry !== undefined) {
    const parsed = retryPolicy.safeParse(toPlain(retry, () => {}));
    if (parsed.success) policies.retry = parsed.data;
    else repaired("retry", "The retry policy could not be read; the default applies.");
  }
  const timeoutMs = stored.get("timeoutMs");
  if (timeoutMs !== undefined) {
    const parsed = graphNode.shape.timeoutMs.safeParse(timeoutMs);
    if (parsed.success && parsed.data !== undefined) policies.timeoutMs = parsed.data;
    else repaired("timeoutMs", "The time limit could not be read; the default applies.");
  }
  const budget = stored.get("budget");
  if (budget !== undefined) {
    const parsed = stepBudget.safeParse(toPlain(budget, () => {}));
    if (parsed.success) policies.budget = parsed.data;
    else repaired("budget", "The budget of the step could not be read; it has none.");
  }
  const disabled = stored.get("disabled");
  if (disabled === true) policies.disabled = true;
  else if (disabled !== undefined && disabled !== false) repaired("disabled", "The node counts as enabled.");
  return policies;
}
