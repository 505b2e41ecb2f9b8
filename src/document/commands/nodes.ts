import type { AgentDefinition } from "../../agents/agent.ts";
import { errorPort } from "../../agents/ports.ts";
import { AppError } from "../../errors.ts";
import { isJsonObject, type JsonObject } from "../../json.ts";
import {
  type GraphNode,
  graphLimits,
  graphNode,
  type NodeId,
  nodeId,
  type OnError,
  position as positionSchema,
  type StepBudget,
} from "../../schemas/graph.ts";
import { type RetryPolicy, retryPolicy } from "../../schemas/retryPolicy.ts";
import { type Editing, edit } from "../editing.ts";
import { mintKey } from "../keys.ts";
import { framed } from "../measures.ts";
import { documentMaps, nodeOf, noteOf } from "../model.ts";
import { nextOrder } from "../order.ts";
import { toPlain } from "../plain.ts";
import { isTextField } from "../textFields.ts";
import { toGraph } from "../toGraph.ts";
import { newNode, placeOf, plainBudget, writeValue } from "../writeNode.ts";
import { edgesOf } from "./edges.ts";
import { frameIn, growFrames, insideBody } from "./frames.ts";

export type Position = GraphNode["position"];

export interface AddNode {
  /** Kind in the catalogue. */
  readonly agent: string;
  readonly position: Position;
  /** The agent's label unless given. */
  readonly name?: string;
  /** Laid over the agent's defaults. */
  readonly config?: JsonObject;
  /** The container that it goes into; `position` is then inside its frame. */
  readonly frame?: string | undefined;
}

/** Adds a node with a key minted from its name. Throws `bad_request` for an agent the catalogue does not have. */
export function addNode(editing: Editing, { agent, position, name, config, frame }: AddNode): NodeId {
  const definition = editing.catalogue.get(agent);
  if (!definition) throw new AppError("bad_request", `There is no agent "${agent}".`);
  const { nodes } = documentMaps(editing.doc);
  if (nodes.size >= graphLimits.nodes)
    throw new AppError("bad_request", `A workflow has at most ${graphLimits.nodes} nodes.`);
  const shown = (name ?? definition.label).slice(0, graphLimits.nameLength);
  const taken = keysOf(editing);
  const parent = frame === undefined ? undefined : frameIn(toGraph(editing.doc).graph, frame);
  const plain: GraphNode = graphNode.parse({
    id: nodeId.parse(editing.newId()),
    key: mintKey(shown, taken),
    agent,
    name: shown,
    position: parent === undefined ? position : insideBody(editing, parent, position),
    config: { ...defaultConfig(definition), ...config },
    ...(parent === undefined ? {} : { parent: parent.id }),
  });
  const node = framed(plain, definition, false);
  edit(editing, { label: "add node" }, () => {
    nodes.set(node.id, newNode(node, nextOrder(nodes), definition));
    if (parent !== undefined) growFrames(editing, [parent.id]);
  });
  return node.id;
}

/**
 * The agent's defaults, and the shared texts its schema fills in: a text that is there from the start is the same text for
 * everybody who opens it.
 */
function defaultConfig(definition: AgentDefinition): JsonObject {
  const parsed = definition.config.safeParse(definition.defaults);
  const filled = toPlain(parsed.success ? parsed.data : {}, () => {});
  const texts = Object.entries(isJsonObject(filled) ? filled : {}).filter(([field]) => isTextField(definition, field));
  const defaults = toPlain(definition.defaults, () => {});
  return { ...Object.fromEntries(texts), ...(isJsonObject(defaults) ? defaults : {}) };
}

/** Every key in use, also of nodes that another client left half-made. */
export function keysOf({ doc }: Pick<Editing, "doc">): Set<string> {
  return new Set(toGraph(doc).graph.nodes.map((node) => node.key));
}

/**
 * Moves nodes (inside the frame they lie in, which grows with them) and notes; ids that are gone are skipped. Moves that follow
 * each other are one step of undo.
 */
export function moveNodes(
  editing: Editing,
  moves: readonly { readonly id: string; readonly position: Position }[],
): void {
  edit(editing, { label: "move", group: "move" }, () => {
    const { nodes } = toGraph(editing.doc).graph;
    const parents = new Map(nodes.flatMap(({ id, parent }) => (parent ? [[id as string, parent]] : [])));
    const byId = new Map<string, GraphNode>(parents.size === 0 ? [] : nodes.map((node) => [node.id, node]));
    for (const { id, position: wanted } of moves) {
      const position = positionSchema.parse(wanted);
      const parent = parents.get(id);
      const frame = parent === undefined ? undefined : byId.get(parent);
      const place = frame === undefined ? position : insideBody(editing, frame, position);
      const stored = nodeOf(editing.doc, id) ?? noteOf(editing.doc, id);
      if (stored) writeValue(stored, "position", placeOf({ position: place, ...(frame ? { parent: frame.id } : {}) }));
    }
    growFrames(editing, new Set(moves.flatMap(({ id }) => parents.get(id) ?? [])));
  });
}

/** Renames a node. Its key, and with it every expression, stays. */
export function renameNode(editing: Editing, id: string, name: string): void {
  const shown = graphNode.shape.name.safeParse(name.trim());
  if (!shown.success) throw new AppError("bad_request", `A name has 1 to ${graphLimits.nameLength} characters.`);
  edit(editing, { label: "rename" }, () => {
    const stored = nodeOf(editing.doc, id);
    if (stored) writeValue(stored, "name", shown.data);
  });
}

/** Undefined goes back to the default policy. */
export function setRetry(editing: Editing, id: string, policy: RetryPolicy | undefined): void {
  const value = policy === undefined ? undefined : retryPolicy.parse(policy);
  edit(editing, { label: "change retry policy", group: `retry:${id}` }, () => {
    const stored = nodeOf(editing.doc, id);
    if (stored) writeValue(stored, "retry", value);
  });
}

/** Limit for one attempt in milliseconds; undefined goes back to none of its own. */
export function setTimeoutMs(editing: Editing, id: string, timeoutMs: number | undefined): void {
  const value = graphNode.shape.timeoutMs.parse(timeoutMs);
  edit(editing, { label: "change time limit", group: `timeout:${id}` }, () => {
    const stored = nodeOf(editing.doc, id);
    if (stored) writeValue(stored, "timeoutMs", value);
  });
}

/** What all attempts of the step together may use; undefined, or no limit in it, goes back to none. */
export function setBudget(editing: Editing, id: string, budget: StepBudget | undefined): void {
  const value = plainBudget(graphNode.shape.budget.parse(budget));
  edit(editing, { label: "change the step's budget", group: `budget:${id}` }, () => {
    const stored = nodeOf(editing.doc, id);
    if (stored) writeValue(stored, "budget", value);
  });
}

/** What follows when the last attempt has failed; undefined goes back to `fail`. Without an error port its connections go. */
export function setOnError(editing: Editing, id: string, choice: OnError | undefined): void {
  edit(editing, { label: "change error handling", group: `onError:${id}` }, () => {
    const stored = nodeOf(editing.doc, id);
    if (!stored) return;
    writeValue(stored, "onError", choice);
    if (choice === "port") return;
    const { edges } = documentMaps(editing.doc);
    for (const edge of edgesOf(editing))
      if (edge.source === id && edge.sourcePort === errorPort.name) edges.delete(edge.id);
  });
}

/** What goes on in place of the outputs when the step has failed, by port; undefined removes it. */
export function setDefaultOutputs(editing: Editing, id: string, outputs: JsonObject | undefined): void {
  edit(editing, { label: "change default values", group: `defaultOutputs:${id}` }, () => {
    const stored = nodeOf(editing.doc, id);
    if (stored) writeValue(stored, "defaultOutputs", outputs);
  });
}

export function setDisabled(editing: Editing, ids: readonly string[], disabled: boolean): void {
  edit(editing, { label: disabled ? "disable" : "enable" }, () => {
    for (const id of ids) {
      const stored = nodeOf(editing.doc, id);
      if (stored) writeValue(stored, "disabled", disabled ? true : undefined);
    }
  });
}
