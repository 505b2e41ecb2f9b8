import { bytesLeftOut } from "#client/hooks/useWholeValue.ts";
import { withoutMarks } from "#src/engine/payloads.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";
import type { Graph } from "#src/schemas/graph.ts";

/** What a template gives with a run's values, or how much it needs that is not loaded. */
export type Preview =
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "large"; readonly bytes: number };

interface Sources {
  readonly graph: Graph;
  readonly state: ExecutionState;
  /** Loads what a shown value refers to; null: not without being asked. */
  readonly whole: ((shown: JsonValue) => Promise<JsonValue>) | null;
}

/**
 * Null for a template that cannot be evaluated: what is wrong with it is a diagnostic's to say. The evaluator comes with the first
 * preview: most people look at a node without one. Rejects when a large value cannot be loaded.
 */
export async function previewOf(template: string, { graph, state, whole }: Sources): Promise<Preview | null> {
  const [{ evaluateTemplate }, { checkTemplate }] = await Promise.all([
    import("#src/expressions/evaluate.ts"),
    import("#src/expressions/references.ts"),
  ]);
  const { references } = checkTemplate(template);
  const named = new Set(references.flatMap(({ root, path }) => (root === "steps" ? (path[0] ?? []) : [])));
  const readsAll = references.some(({ root, path }) => root === "steps" && path.length === 0);
  const readsInput = references.some(({ root }) => root === "execution");

  let bytes = 0;
  const given = async (shown: JsonValue, isRead: boolean): Promise<JsonValue> => {
    const left = isRead ? bytesLeftOut(shown) : 0;
    if (left > 0 && whole !== null) return whole(shown);
    bytes += left;
    return withoutMarks(shown, () => null);
  };
  const steps: Record<string, JsonValue> = {};
  for (const { id, key } of graph.nodes) {
    const outputs = state.steps[id]?.outputs;
    if (outputs) steps[key] = await given(outputs, readsAll || named.has(key));
  }
  const input = await given(state.input, readsInput);
  if (bytes > 0) return { kind: "large", bytes };
  return evaluated(() => evaluateTemplate(template, { steps, inputs: {}, execution: { id: "", input } } as JsonObject));
}

async function evaluated(evaluate: () => Promise<unknown>): Promise<Preview | null> {
  try {
    const value = await evaluate();
    return { kind: "value", text: typeof value === "string" ? value : JSON.stringify(value) };
  } catch {
    return null;
  }
}
