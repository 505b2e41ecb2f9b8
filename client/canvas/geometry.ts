import type { AgentDefinition } from "#src/agents/agent.ts";
import type { PortDefinition } from "#src/schemas/agent.ts";

/**
 * The card's measures in canvas units. They are declared, not measured from the DOM: edges of cards that are
 * off screen still know where they end, so a thousand nodes need no layout pass. `canvas.css` repeats them.
 */
export const grid = 8;
export const cardWidth = 248;
export const headerHeight = 56;
export const portHeight = 24;
export const cardPadding = 8;
export const handleSize = 12;

export interface Ports {
  readonly inputs: readonly PortDefinition[];
  readonly outputs: readonly PortDefinition[];
}

/** Ports of a kind that this client does not know: whatever its edges name. */
export function portsOf(
  definition: AgentDefinition | undefined,
  connected: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
): Ports {
  if (definition !== undefined) return definition;
  const unknown = (name: string): PortDefinition => ({ name, label: name, type: "any", description: "" });
  return { inputs: connected.inputs.map(unknown), outputs: connected.outputs.map(unknown) };
}

export function cardHeight(ports: Ports): number {
  const rows = Math.max(ports.inputs.length, ports.outputs.length, 1);
  return headerHeight + rows * portHeight + cardPadding;
}

/** Centre of the handle of row `index`, from the card's top. */
export function handleOffset(index: number): number {
  return headerHeight + index * portHeight + portHeight / 2;
}

export function snap(value: number): number {
  return Math.round(value / grid) * grid;
}
