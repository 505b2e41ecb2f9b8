import type { AgentDefinition } from "#src/agents/agent.ts";
import { errorPort, portsOf } from "#src/agents/ports.ts";
import { card, headHeight } from "#src/document/measures.ts";
import type { PortDefinition } from "#src/schemas/agent.ts";
import type { GraphNode } from "#src/schemas/graph.ts";

/**
 * The card's measures in canvas units. They are declared, not measured from the DOM: edges of cards that are
 * off screen still know where they end, so a thousand nodes need no layout pass. `canvas.css` repeats them.
 */
export const grid = card.grid;
export const cardWidth = card.width;
export const handleSize = 12;
/** How far inside a frame's border its inner handles lie, their names before them, and below the upper edge of its body. */
const innerEdge = 80;
const innerTop = 24;

/** `error`: where a failure goes on. `lost`: an edge names it, the node's settings do not. */
export type CanvasPort = PortDefinition & { readonly state?: "error" | "lost" };

export interface CanvasPorts {
  readonly inputs: readonly CanvasPort[];
  readonly outputs: readonly CanvasPort[];
  /** Inside a container's frame; null for a card. */
  readonly body: { readonly inputs: readonly CanvasPort[]; readonly outputs: readonly CanvasPort[] } | null;
}

/** Ports that edges name, at a node's outside or inside its frame. */
export interface PortNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly innerInputs: readonly string[];
  readonly innerOutputs: readonly string[];
}

/** A node's ports, and those that only its edges know: of an agent that this client has not, or of settings that were changed. */
export function canvasPorts(node: GraphNode, definition: AgentDefinition | undefined, named: PortNames): CanvasPorts {
  const known = definition === undefined ? { inputs: [], outputs: [], body: null } : portsOf(definition, node);
  const isFrame = definition === undefined ? node.size !== undefined : definition.body !== undefined;
  // Of an agent that is not known here no port can be missed.
  const state = definition === undefined ? {} : ({ state: "lost" } as const);
  const withNamed = (ports: readonly PortDefinition[], names: readonly string[]): CanvasPort[] => [
    ...ports.filter((port) => port !== errorPort),
    ...names
      .filter((name) => !ports.some((port) => port.name === name))
      .map((name) => ({ name, label: name, type: "any", description: "", multiple: true, ...state }) as const),
    ...(ports.includes(errorPort) ? [{ ...errorPort, state: "error" } as const] : []),
  ];
  return {
    inputs: withNamed(known.inputs, named.inputs),
    outputs: withNamed(known.outputs, named.outputs),
    body: isFrame
      ? {
          inputs: withNamed(known.body?.inputs ?? [], named.innerInputs),
          outputs: withNamed(known.body?.outputs ?? [], named.innerOutputs),
        }
      : null,
  };
}

export function cardHeight(ports: Pick<CanvasPorts, "inputs" | "outputs">): number {
  return headHeight(ports);
}

/** Centre of the handle of row `index`, from the card's top. */
export function handleOffset(index: number): number {
  return card.header + index * card.row + card.row / 2;
}

export interface PlacedPort {
  readonly port: CanvasPort;
  readonly side: "input" | "output";
  /** One of a container's inner ports: an output at its left border, an input at its right. */
  readonly inside: boolean;
  /** Centre of the handle from the node's upper left corner. */
  readonly x: number;
  readonly y: number;
}

/** Where each handle of a card or frame of this width is. An error leaves at the bottom. */
export function placedPorts({ inputs, outputs, body }: CanvasPorts, width: number): PlacedPort[] {
  const rows = Math.max(inputs.length, outputs.length, 1);
  const top = headHeight({ inputs, outputs }) + innerTop;
  const row = (port: CanvasPort, index: number) => handleOffset(port.state === "error" ? rows - 1 : index);
  return [
    ...inputs.map((port, index) => ({ port, side: "input", inside: false, x: 0, y: row(port, index) }) as const),
    ...outputs.map((port, index) => ({ port, side: "output", inside: false, x: width, y: row(port, index) }) as const),
    ...(body?.outputs ?? []).map(
      (port, index) => ({ port, side: "output", inside: true, x: innerEdge, y: top + index * card.row }) as const,
    ),
    ...(body?.inputs ?? []).map(
      (port, index) =>
        ({ port, side: "input", inside: true, x: width - innerEdge, y: top + index * card.row }) as const,
    ),
  ];
}

export function snap(value: number): number {
  return Math.round(value / grid) * grid;
}
