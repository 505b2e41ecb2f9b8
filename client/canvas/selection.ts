import type { Graph } from "#src/schemas/graph.ts";

/** What is selected on a canvas, by id. */
export interface Selection {
  /** Nodes and notes. */
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

export const nothingSelected: Selection = { nodes: new Set(), edges: new Set() };

/**
 * What "select all" selects: everything in the selected container, or in the frame around what is selected; everything there is when
 * that is selected already, or nothing is.
 */
export function allBeside({ nodes, notes }: Pick<Graph, "nodes" | "notes">, selected: ReadonlySet<string>): string[] {
  const chosen = nodes.filter(({ id }) => selected.has(id));
  const [first, ...others] = chosen;
  const inside = nodes.filter(({ parent }) => others.length === 0 && parent !== undefined && parent === first?.id);
  if (inside.length > 0) return inside.map(({ id }) => id);
  const parent = first?.parent;
  const beside = nodes.filter((node) => parent !== undefined && node.parent === parent);
  if (chosen.length < beside.length && chosen.every((node) => node.parent === parent))
    return beside.map(({ id }) => id);
  return [...nodes, ...notes].map(({ id }) => id);
}

export const selectNodes = (ids: Iterable<string>): Selection => ({ nodes: new Set(ids), edges: new Set() });
