import type * as Y from "yjs";
import {
  type Graph,
  type GraphEdge,
  type GraphNode,
  type GraphNote,
  type GraphSettings,
  graphLimits,
} from "../schemas/graph.ts";
import { crossesFrame } from "./frames.ts";
import { documentMaps } from "./model.ts";
import { settleParents } from "./parents.ts";
import type { DocumentProblem } from "./problem.ts";
import { readEdge, readNote, readSettings } from "./readEdge.ts";
import { type Read, readNode } from "./readNode.ts";

export interface DocumentView {
  /** Always valid by the graph's schema, whatever is in the document. */
  readonly graph: Graph;
  readonly problems: readonly DocumentProblem[];
}

/**
 * What a document shows. Never throws: malformed parts are dropped or mended and reported, edges without both ends or across a frame are left out.
 * Equal documents give equal graphs, in the same order, on every client.
 */
export function toGraph(doc: Y.Doc): DocumentView {
  const maps = documentMaps(doc);
  return assemble({
    nodes: readAll(maps.nodes, readNode),
    edges: readAll(maps.edges, readEdge),
    notes: readAll(maps.notes, readNote),
    ...readSettings(maps.settings),
  });
}

export interface ReadParts {
  readonly nodes: ReadonlyMap<string, Read<GraphNode>>;
  readonly edges: ReadonlyMap<string, Read<GraphEdge>>;
  readonly notes: ReadonlyMap<string, Read<GraphNote>>;
  readonly settings: GraphSettings;
  readonly problems: readonly DocumentProblem[];
}

export function readAll<Value>(map: Y.Map<unknown>, read: (id: string, stored: unknown) => Read<Value>) {
  const all = new Map<string, Read<Value>>();
  for (const [id, stored] of map.entries()) all.set(id, read(id, stored));
  return all;
}

/** Puts the parts in order and checks what only the whole can show: ends of edges, keys, limits. */
export function assemble(parts: ReadParts): DocumentView {
  const problems: DocumentProblem[] = [...parts.problems];
  const nodes = [...settleParents(limited("nodes", inOrder(parts.nodes, problems), problems), problems)];
  const edges = limited("edges", joinedEdges(parts.edges, nodes, problems), problems);
  const notes = limited("notes", inOrder(parts.notes, problems), problems);
  reportDuplicateKeys(nodes, problems);
  return { graph: { nodes, edges, notes, settings: parts.settings }, problems };
}

function inOrder<Value>(all: ReadonlyMap<string, Read<Value>>, problems: DocumentProblem[]): Value[] {
  const placed: { id: string; order: number; value: Value }[] = [];
  for (const [id, read] of all) {
    if (read.value !== null) placed.push({ id, order: read.order, value: read.value });
  }
  placed.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  for (const id of [...all.keys()].sort()) problems.push(...(all.get(id)?.problems ?? []));
  return placed.map(({ value }) => value);
}

/** What people call the parts of a graph. */
const partNames = { nodes: "nodes", edges: "connections", notes: "notes" } as const;

function limited<Value>(part: keyof typeof partNames, items: Value[], problems: DocumentProblem[]): Value[] {
  const limit = graphLimits[part];
  if (items.length <= limit) return items;
  const message = `Only the first ${limit} of ${items.length} ${partNames[part]} are shown.`;
  problems.push({ code: "too_many", message });
  return items.slice(0, limit);
}

function joinedEdges(all: ReadParts["edges"], nodes: readonly GraphNode[], problems: DocumentProblem[]): GraphEdge[] {
  const byId: ReadonlyMap<string, GraphNode> = new Map(nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  return inOrder(all, problems).filter((edge) => {
    const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
    if (source === undefined || target === undefined) {
      problems.push({
        code: "dangling_edge",
        edgeId: edge.id,
        message: "A connection lost one of its ends and is not shown.",
      });
      return false;
    }
    if (crossesFrame(source, target)) {
      const message = `The connection from "${source.name}" to "${target.name}" crosses the frame of a container and is not shown.`;
      problems.push({ code: "crosses_frame", edgeId: edge.id, message });
      return false;
    }
    const ends = JSON.stringify([edge.source, edge.sourcePort, edge.target, edge.targetPort]);
    if (seen.has(ends)) {
      problems.push({ code: "dropped", edgeId: edge.id, message: "The same connection was made twice; one is shown." });
      return false;
    }
    seen.add(ends);
    return true;
  });
}

function reportDuplicateKeys(nodes: readonly GraphNode[], problems: DocumentProblem[]): void {
  const owners = new Map<string, string>();
  for (const node of nodes) {
    const owner = owners.get(node.key);
    if (owner === undefined) owners.set(node.key, node.name);
    else {
      const message = `"${owner}" and "${node.name}" have the same key "${node.key}"; expressions cannot tell them apart.`;
      problems.push({ code: "duplicate_key", nodeId: node.id, field: "key", message });
    }
  }
}
