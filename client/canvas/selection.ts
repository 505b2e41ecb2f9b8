/** What is selected on a canvas, by id. */
export interface Selection {
  /** Nodes and notes. */
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

export const nothingSelected: Selection = { nodes: new Set(), edges: new Set() };

export const selectNodes = (ids: Iterable<string>): Selection => ({ nodes: new Set(ids), edges: new Set() });
