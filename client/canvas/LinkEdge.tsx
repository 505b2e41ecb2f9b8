import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { Plus, Trash2 } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import { isFinalStep } from "#src/schemas/execution.ts";
import { type NodeRun, useCanvas, useKeyed } from "./canvasContext.ts";
import type { CanvasEdge } from "./canvasNodes.ts";

/** A connection. It moves while a value is on its way and fades when its port carried none. */
export const LinkEdge = memo(function LinkEdge(props: EdgeProps<CanvasEdge>) {
  const { actions, runs } = useCanvas();
  const source = useKeyed(runs, props.source);
  const target = useKeyed(runs, props.target);
  const [near, setNear] = useNearness();
  const [path, x, y] = getBezierPath(props);
  return (
    <g
      className="link"
      data-state={
        props.data?.entry === true ? entryState(target) : linkState(source, target, props.data?.edge.sourcePort)
      }
      data-selected={props.selected || undefined}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
    >
      <BaseEdge
        path={path}
        interactionWidth={22}
        {...(props.markerEnd === undefined ? {} : { markerEnd: props.markerEnd })}
      />
      {actions !== null && (near || props.selected) && (
        <EdgeLabelRenderer>
          <div
            className="link-bar nodrag nopan"
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            onPointerEnter={() => setNear(true)}
            onPointerLeave={() => setNear(false)}
          >
            <button
              type="button"
              aria-label="Insert a step here"
              title="Insert a step here"
              onClick={(event) => {
                const box = event.currentTarget.getBoundingClientRect();
                const screen = { x: box.right + 8, y: box.bottom + 8 };
                actions.openPalette({ at: { x, y }, screen, from: null, edgeId: props.id });
              }}
            >
              <Plus size={13} strokeWidth={2.25} aria-hidden />
            </button>
            <button
              type="button"
              aria-label="Delete connection"
              title="Delete connection (Del)"
              onClick={() => actions.removeEdge(props.id)}
            >
              <Trash2 size={12} aria-hidden />
            </button>
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

type LinkState = "idle" | "flowing" | "carried" | "closed";

export function linkState(
  source: NodeRun | undefined,
  target: NodeRun | undefined,
  port: string | undefined,
): LinkState {
  if (source === undefined || !isFinalStep(source.status)) return "idle";
  if (source.status !== "succeeded" || source.outputs === null || !source.outputs.includes(port ?? "")) return "closed";
  return target?.status === "running" ? "flowing" : "carried";
}

/** Of an edge from a container into its frame: as far as the step that it leads to has come. */
export function entryState(target: NodeRun | undefined): LinkState {
  if (target === undefined || target.status === "pending") return "idle";
  if (target.status === "skipped") return "closed";
  return target.status === "running" ? "flowing" : "carried";
}

/** Near at once, far only after a moment: the way from the line to its buttons must not close them. */
function useNearness(): [boolean, (near: boolean) => void] {
  const [near, setNear] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [
    near,
    (next) => {
      clearTimeout(timer.current);
      if (next) setNear(true);
      else timer.current = setTimeout(() => setNear(false), 180);
    },
  ];
}
