import type { PaletteRequest, Point } from "#client/canvas/canvasContext.ts";
import { matchingPort, nodePort, type PortRef } from "#client/canvas/connections.ts";
import { frameAt } from "#client/canvas/frames.ts";
import { selectNodes } from "#client/canvas/selection.ts";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { portsOf } from "#src/agents/ports.ts";
import { connect } from "#src/document/commands/connect.ts";
import { addNode, moveNodes } from "#src/document/commands/nodes.ts";
import { removeSelection } from "#src/document/commands/selection.ts";
import { edit } from "#src/document/editing.ts";
import { framesOf } from "#src/document/frames.ts";
import type { Graph, GraphEdge } from "#src/schemas/graph.ts";
import { attempt } from "./attempt.ts";
import type { EditorParts } from "./editorActions.ts";
import {
  type Definitions,
  firstPlace,
  freePlace,
  type Ground,
  newSize,
  placeAtHandle,
  placeBeside,
  placeOnEdge,
} from "./placement.ts";

/** Adds an agent as the palette was asked to: at its place, in its frame, joined to its port or into its edge. One step of undo. */
export function insertStep(parts: EditorParts, agent: string, request: PaletteRequest): void {
  const { document, definitions, select, canvas } = parts;
  const graph = document.reader.read().graph;
  const definition = definitions(agent);
  if (definition === undefined) return;
  const edge = graph.edges.find((each) => each.id === request.edgeId);
  const ground: Ground = { graph, definitions, frame: frameFor(graph, definitions, { request, edge }) };
  const size = newSize(definition);
  const insertion = edge === undefined ? null : placeOnEdge(ground, edge, size);
  const position = insertion?.place ?? placeFor(parts, { ground, request, definition });
  attempt(() => {
    const id = edit(document.editing, { label: "add node" }, () => {
      if (insertion !== null) moveNodes(document.editing, insertion.moved);
      const added = { id: addNode(document.editing, { agent, position, frame: ground.frame }), definition, ground };
      if (edge !== undefined) {
        removeSelection(document.editing, { edgeIds: [edge.id] });
        join(parts, added, { nodeId: edge.source, port: edge.sourcePort, side: "output" });
        join(parts, added, { nodeId: edge.target, port: edge.targetPort, side: "input" });
      } else if (request.from !== null) join(parts, added, request.from);
      joinFirst(parts, added, request);
      return added.id;
    });
    select(selectNodes([id]));
    canvas.current?.reveal([id]);
    canvas.current?.focus();
  });
}

interface Asked {
  readonly request: PaletteRequest;
  readonly edge: GraphEdge | undefined;
}

/** The frame it was asked for in: said so, around the edge or the port it is joined to, or at its place on the canvas. */
function frameFor(graph: Graph, definitions: Definitions, { request, edge }: Asked): string | undefined {
  const nodeOf = (id: string) => graph.nodes.find((each) => each.id === id);
  if (request.frame !== undefined) return request.frame;
  if (edge !== undefined) {
    const [source, target] = [nodeOf(edge.source), nodeOf(edge.target)];
    return target?.parent === source?.id ? source?.id : source?.parent;
  }
  const { from, at } = request;
  const node = from === null ? undefined : nodeOf(from.nodeId);
  if (from !== null && node !== undefined)
    return nodePort(node, definitions, from)?.inside === true ? node.id : node.parent;
  return at === null ? undefined : (frameAt(graph, definitions, { at }) ?? undefined);
}

interface Placing {
  readonly ground: Ground;
  readonly request: PaletteRequest;
  readonly definition: AgentDefinition;
}

function placeFor({ canvas }: EditorParts, { ground, request, definition }: Placing): Point {
  const { at, from } = request;
  const size = newSize(definition);
  if (at !== null) return within(ground, placeAtHandle(at, from?.side ?? null));
  const beside = from === null ? null : placeBeside(ground, { from, size });
  if (beside !== null) return beside;
  if (ground.frame !== undefined) return freePlace(ground, { at: firstPlace(ground), size });
  const center = canvas.current?.center() ?? { x: 0, y: 0 };
  return freePlace(ground, { at: placeAtHandle(center, null), size });
}

/** A place on the canvas as one inside the frame. */
function within({ graph, frame }: Ground, at: Point): Point {
  const node = graph.nodes.find((each) => each.id === frame);
  if (node === undefined) return at;
  const origin = framesOf(graph).absolute(node);
  return { x: at.x - origin.x, y: at.y - origin.y };
}

interface Added {
  readonly id: string;
  readonly definition: AgentDefinition;
  /** Where it was added to; the graph is without it. */
  readonly ground: Ground;
}

/** Connects a node just added to the port it was asked from, by the first pair of ports that fit. */
function join({ document }: EditorParts, added: Added, from: PortRef): void {
  const { graph, definitions } = added.ground;
  const other = graph.nodes.find((each) => each.id === from.nodeId);
  const port = other === undefined ? undefined : nodePort(other, definitions, from);
  if (port === undefined) return;
  const match = matchingPort(added.definition, { type: port.type, side: from.side });
  if (match === undefined) return;
  connect(
    document.editing,
    from.side === "output"
      ? { source: from.nodeId, sourcePort: from.port, target: added.id, targetPort: match.name }
      : { source: added.id, sourcePort: match.name, target: from.nodeId, targetPort: from.port },
  );
}

/** The first step in a frame takes what the container gives and gives what the container takes. */
function joinFirst(parts: EditorParts, added: Added, { from }: PaletteRequest): void {
  const { graph, definitions, frame } = added.ground;
  const container = graph.nodes.find((each) => each.id === frame);
  const definition = container && definitions(container.agent);
  if (container === undefined || definition === undefined || framesOf(graph).childrenOf(frame).length > 0) return;
  const { body } = portsOf(definition, container);
  const [give, take] = [body.outputs[0], body.inputs[0]];
  const joined = (side: PortRef["side"]) => from?.nodeId === container.id && from.side === side;
  if (give && !joined("output")) join(parts, added, { nodeId: container.id, port: give.name, side: "output" });
  if (take && !joined("input")) join(parts, added, { nodeId: container.id, port: take.name, side: "input" });
}
