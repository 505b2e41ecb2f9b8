import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { catalogue } from "#src/agents/registry.ts";
import type { StepState } from "#src/engine/state.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { CanvasServices } from "./canvasContext.ts";
import type { CanvasHandle } from "./canvasHandle.ts";
import { createKeyedStore } from "./keyedStore.ts";
import { createNodeRuns, nodeOfStep } from "./nodeRuns.ts";
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
  const [services] = useState(createReadOnlyServices);
  const [runsOf] = useState(createNodeRuns);
  const canvas = useRef<CanvasHandle | null>(null);
  const nodeId = selected === null ? null : nodeOfStep(selected);
  const onReady = useCallback((handle: CanvasHandle) => {
    canvas.current = handle;
  }, []);
  const selection = useMemo(() => selectNodes(nodeId === null ? [] : [nodeId]), [nodeId]);

  useEffect(() => services.runs.replace(runsOf(steps, [])), [services, runsOf, steps]);
  useEffect(() => {
    if (nodeId !== null) canvas.current?.reveal([nodeId]);
  }, [nodeId]);

  const select = ({ nodes }: Selection) => {
    const [next] = [...nodes].filter((id) => id !== nodeId);
    if (next !== undefined) onSelect(stepOfNode(steps, next));
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
      onOpenNode={(id) => onSelect(stepOfNode(steps, id))}
      onZoom={ignore}
      handle={onReady}
      showMinimap={false}
    />
  );
}

const nowhere = new Map<string, never>();
const nobody: readonly never[] = [];
const ignore = () => {};

const createReadOnlyServices = (): CanvasServices => ({
  actions: null,
  runs: createKeyedStore(),
  problems: createKeyedStore(),
  visitors: createKeyedStore(),
});

/** The node's latest step; a node that has not begun is its own step key. */
function stepOfNode(steps: ExecutionCanvasProps["steps"], nodeId: string): string {
  return Object.keys(steps).findLast((stepKey) => nodeOfStep(stepKey) === nodeId) ?? nodeId;
}
