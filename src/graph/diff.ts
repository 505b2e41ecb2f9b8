import { equalJson, isJsonObject, type JsonValue } from "../json.ts";
import type { Graph, GraphEdge, GraphNode, GraphNote } from "../schemas/graph.ts";

/** One value that differs. `path` is dotted (`config.prompt`, `retry.maxAttempts`); absent is undefined. */
export interface FieldChange {
  readonly path: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

export interface Changed<Item> {
  readonly before: Item;
  readonly after: Item;
  readonly fields: readonly FieldChange[];
}

/** What is different, matched by id; each list in the order of its graph. */
export interface Differences<Item> {
  readonly added: readonly Item[];
  readonly removed: readonly Item[];
  readonly changed: readonly Changed<Item>[];
}

export interface GraphDiff {
  readonly nodes: Differences<GraphNode>;
  readonly edges: Differences<GraphEdge>;
  readonly notes: Differences<GraphNote>;
  readonly settings: readonly FieldChange[];
}

/** What turns `before` into `after`. Pure; the order of parts and of an object's keys does not matter. */
export function diffGraphs(before: Graph, after: Graph): GraphDiff {
  return {
    nodes: differences(before.nodes, after.nodes),
    edges: differences(before.edges, after.edges),
    notes: differences(before.notes, after.notes),
    settings: fieldChanges(before.settings, after.settings),
  };
}

export function isSameGraph({ nodes, edges, notes, settings }: GraphDiff): boolean {
  const isEmpty = (all: Differences<unknown>) => all.added.length + all.removed.length + all.changed.length === 0;
  return isEmpty(nodes) && isEmpty(edges) && isEmpty(notes) && settings.length === 0;
}

function differences<Item extends GraphNode | GraphEdge | GraphNote>(
  before: readonly Item[],
  after: readonly Item[],
): Differences<Item> {
  const old = new Map<string, Item>(before.map((item) => [item.id, item]));
  const kept: ReadonlySet<string> = new Set(after.map(({ id }) => id));
  const changed = after.flatMap((item): Changed<Item>[] => {
    const was = old.get(item.id);
    const fields = was ? fieldChanges(was, item) : [];
    return was && fields.length > 0 ? [{ before: was, after: item, fields }] : [];
  });
  return {
    added: after.filter(({ id }) => !old.has(id)),
    removed: before.filter(({ id }) => !kept.has(id)),
    changed,
  };
}

/** Every leaf that differs: objects are entered, lists are values. */
function fieldChanges(before: object, after: object): FieldChange[] {
  const changes: FieldChange[] = [];
  compare({ path: "", before: before as JsonValue, after: after as JsonValue }, changes);
  return changes;
}

/** Adds the leaves that differ under a pair of values. */
function compare({ path, before, after }: FieldChange, changes: FieldChange[]): void {
  if (isJsonObject(before) && isJsonObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const inner = path === "" ? key : `${path}.${key}`;
      compare({ path: inner, before: own(before, key), after: own(after, key) }, changes);
    }
  } else if (!equalJson(before, after)) changes.push({ path, before, after });
}

const own = (object: { readonly [key: string]: JsonValue }, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;
