import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { catalogue } from "#src/agents/registry.ts";
import type { StepState } from "#src/engine/state.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { CanvasServices } from "./canvasContext.ts";
import type { CanvasHandle } from "./canvasHandle.ts";
import { allIterations, choiceOf, nodeOfStep, shownStep, withIteration } from "./iterations.ts";
import { createKeyedStore } from "./keyedStore.ts";
import { createNodeRuns } from "./nodeRuns.ts";
import { type Selection, selectNodes } from "./selection.ts";
import { WorkflowCanvas } from "./WorkflowCanvas.tsx";

export interface ExecutionCanvasProps {
  /** Of the version that the execution pins. */
  readonly graph: Graph;
  readonly steps: Readonly<Record<string, StepState>>;
  /** A step key; null: none. A new one is brought into view. */
  readonly selected: string | null;
  readonly onSelect: (stepKey: string | null) => void;
}

/** The canvas of a pinned version, read-only, with the statuses of one execution. Fills its parent. */
export function ExecutionCanvas({ graph, steps, selected, onSelect }: ExecutionCanvasProps) {
  const [choice, setChoice] = useState(allIterations);
  // A step chosen elsewhere brings its iteration on screen; one chosen here is of what is on screen already.
  const own = useRef<string | null>(null);
  const pick = (stepKey: string) => {
    own.current = stepKey;
    onSelect(stepKey);
  };
  const chosen = useRef({ choice, graph, steps, selected, pick });
  chosen.current = { choice, graph, steps, selected, pick };
  useEffect(() => {
    if (selected !== null && selected !== own.current) setChoice((before) => choiceOf(graph, selected, before));
  }, [graph, selected]);
  const [services] = useState(() =>
    createReadOnlyServices((containerId, iteration) => {
      const now = chosen.current;
      const next = withIteration(now.choice, containerId, iteration);
      setChoice(next);
      // The step that is open follows to the other iteration.
      if (now.selected !== null)
        now.pick(shownStep(now.graph, now.steps, { nodeId: nodeOfStep(now.selected), choice: next }));
    }),
  );
  const [runsOf] = useState(createNodeRuns);
  const canvas = useRef<CanvasHandle | null>(null);
  const nodeId = selected === null ? null : nodeOfStep(selected);
  const onReady = useCallback((handle: CanvasHandle) => {
    canvas.current = handle;
  }, []);
  const selection = useMemo(() => selectNodes(nodeId === null ? [] : [nodeId]), [nodeId]);

  useEffect(() => {
    const runs = runsOf({ graph, steps, choice, over: true });
    services.runs.replace(runs.nodes);
    services.iterations.replace(runs.frames);
  }, [services, runsOf, graph, steps, choice]);
  useEffect(() => {
    if (nodeId !== null) canvas.current?.reveal([nodeId]);
  }, [nodeId]);

  const stepOfNode = (id: string) => shownStep(graph, steps, { nodeId: id, choice });
  const select = ({ nodes }: Selection) => {
    const [next] = [...nodes].filter((id) => id !== nodeId);
    if (next !== undefined) pick(stepOfNode(next));
    else if (nodes.size === 0) onSelect(null);
  };

  return (
    <WorkflowCanvas
      graph={graph}
      definitions={catalogue.get}
      services={services}
      selection={selection}
      onSelect={select}
      remotePlaces={nowhere}
      cursors={nobody}
      onPointer={ignore}
      tool="hand"
      onMenu={ignore}
      onOpenNode={(id) => pick(stepOfNode(id))}
      onZoom={ignore}
      handle={onReady}
      showMinimap={false}
    />
  );
}

const nowhere = new Map<string, never>();
const nobody: readonly never[] = [];
const ignore = () => {};

const createReadOnlyServices = (chooseIteration: CanvasServices["chooseIteration"]): CanvasServices => ({
  actions: null,
  runs: createKeyedStore(),
  problems: createKeyedStore(),
  visitors: createKeyedStore(),
  pins: createKeyedStore(),
  iterations: createKeyedStore(),
  chooseIteration,
});
