import type { Database } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { graphsOfVersions } from "#db/statements/claimExecutions.ts";
import type { VersionId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";

/** Versions that this process remembers; the one asked for longest ago goes first. */
const limit = 200;

/**
 * Graphs by version. A version never changes, so it is read once; and who claims it again gets the same object, which is compiled
 * once too (`compileOnce`). Versions that do not exist are absent.
 */
export function createKnownGraphs(db: Database): (ids: readonly VersionId[]) => Promise<ReadonlyMap<VersionId, Graph>> {
  const known = new Map<VersionId, Graph>();
  return async (ids) => {
    const wanted = new Set(ids);
    const found = new Map<VersionId, Graph>();
    for (const id of wanted) {
      const graph = known.get(id);
      if (graph === undefined) continue;
      found.set(id, graph);
      known.delete(id);
      known.set(id, graph);
    }
    const missing = [...wanted].filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    const rows = await engineRows<{ id: VersionId; graph: Graph | string }>(db, graphsOfVersions, [missing]);
    for (const { id, graph } of rows) {
      const read = typeof graph === "string" ? (JSON.parse(graph) as Graph) : graph;
      found.set(id, read);
      known.set(id, read);
    }
    for (const oldest of known.keys()) {
      if (known.size <= limit) break;
      known.delete(oldest);
    }
    return found;
  };
}
