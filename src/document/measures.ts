import type { AgentDefinition, Ports } from "../agents/agent.ts";
import { portsOf } from "../agents/ports.ts";
import type { GraphNode } from "../schemas/graph.ts";

/** Size in canvas units. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A card's measures in canvas units. The canvas draws them so; a frame has a card's head across its width. */
export const card = { width: 248, header: 56, row: 24, foot: 8, grid: 8 } as const;

/** Room between a frame's border and what lies in it; at the sides stand its inner ports, which nothing may cover (`least`). */
export const inset = { left: 136, right: 136, top: 24, bottom: 32, least: { left: 104, top: 8 } } as const;

/** Of a frame just drawn: room for one card. */
const emptyBody: Size = { width: 560, height: 176 };

export function headHeight({ inputs, outputs }: Ports): number {
  return card.header + Math.max(inputs.length, outputs.length, 1) * card.row + card.foot;
}

const unknown: Ports = { inputs: [], outputs: [] };

/** From a frame's upper border to its body. */
export function bodyTop(node: Pick<GraphNode, "config" | "onError">, definition: AgentDefinition | undefined): number {
  return headHeight(definition === undefined ? unknown : portsOf(definition, node));
}

type Measured = Pick<GraphNode, "config" | "onError" | "size">;

/** Undefined for a card, whose size follows from its ports. */
export function frameSize(node: Measured, definition: AgentDefinition | undefined): Size | undefined {
  if (definition === undefined) return node.size;
  if (definition.body === undefined) return undefined;
  return node.size ?? { width: emptyBody.width, height: bodyTop(node, definition) + emptyBody.height };
}

export function sizeOf(node: Measured, definition: AgentDefinition | undefined): Size {
  return frameSize(node, definition) ?? { width: card.width, height: bodyTop(node, definition) };
}

/** A container without a size gets one: in a document a node with a size is a frame, and any other is none. */
export function framed(node: GraphNode, definition: AgentDefinition | undefined, isFilled: boolean): GraphNode {
  if (node.size !== undefined) return node;
  const size = frameSize(node, definition) ?? (definition === undefined && isFilled ? frameOfUnknown : undefined);
  return size === undefined ? node : { ...node, size };
}

const frameOfUnknown: Size = { width: 1_024, height: 512 };

/** A frame's smallest size around what lies in it; places are inside the frame. */
export function sizeAround(
  node: Measured,
  definition: AgentDefinition | undefined,
  contents: readonly (Size & { readonly x: number; readonly y: number })[],
): Size {
  const right = Math.max(0, ...contents.map(({ x, width }) => x + width + inset.right));
  const bottom = Math.max(0, ...contents.map(({ y, height }) => y + height + inset.bottom));
  const least = { width: 360, height: bodyTop(node, definition) + 96 };
  return { width: Math.max(least.width, right), height: Math.max(least.height, bottom) };
}
