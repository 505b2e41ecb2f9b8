import { useEffect, useState } from "react";
import type { ExecutionState } from "#src/engine/state.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { useGraph } from "../EditorContext.ts";
import { useLatestExecution } from "../LatestExecution.ts";
import { brief } from "./references.ts";

const quietMs = 250;

/** What a template gives with the values of the latest execution. Nothing while it has none, or no value for it. */
export function ValuePreview({ value }: { readonly value: JsonValue | undefined }) {
  const graph = useGraph();
  const state = useLatestExecution();
  const [shown, setShown] = useState<string | null>(null);
  const template = typeof value === "string" && value.includes("{{") ? value : null;
  useEffect(() => {
    if (template === null || state === null) {
      setShown(null);
      return;
    }
    let current = true;
    const timer = setTimeout(() => {
      void evaluated(template, scopeOf(graph, state)).then((text) => {
        if (current) setShown(text);
      });
    }, quietMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [template, graph, state]);
  if (shown === null) return null;
  return (
    <p className="truncate rounded-xs bg-sunken px-2 py-1 font-mono text-2xs text-muted" title={shown}>
      {brief(shown)}
    </p>
  );
}

/** The evaluator comes with the first preview: most people look at a node without one. */
async function evaluated(template: string, scope: JsonObject): Promise<string | null> {
  try {
    const { evaluateTemplate } = await import("#src/expressions/evaluate.ts");
    const value = await evaluateTemplate(template, scope);
    return typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    // What is wrong with it is a diagnostic's to say.
    return null;
  }
}

function scopeOf(graph: Graph, state: ExecutionState): JsonObject {
  const steps: Record<string, JsonValue> = {};
  for (const node of graph.nodes) {
    const outputs = state.steps[node.id]?.outputs;
    if (outputs) steps[node.key] = outputs;
  }
  return { steps, inputs: {}, execution: { id: "", input: state.input } };
}
