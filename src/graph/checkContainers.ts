import type { Inspection } from "./inspection.ts";

/** A container without anything that runs in it would put out a list of nothing. */
export function checkContainers({ index, definitionOf, findings }: Inspection): void {
  const filled = new Set<string>();
  for (const node of index.nodes.values()) if (node.parent !== undefined) filled.add(node.parent);
  for (const node of index.nodes.values()) {
    if (definitionOf(node)?.body === undefined || filled.has(node.id) || node.disabled === true) continue;
    findings.error("empty_container", `“${node.name}” has nothing to run in it yet. Put a node into its frame.`, {
      nodeId: node.id,
    });
  }
}
