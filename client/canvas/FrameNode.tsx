import { type NodeProps, NodeResizeControl, type ResizeControlVariant } from "@xyflow/react";
import { Plus } from "lucide-react";
import { memo, useMemo } from "react";
import { useCanvas, useKeyed } from "./canvasContext.ts";
import type { FrameCanvasNode } from "./canvasNodes.ts";
import { cardHeight, placedPorts, snap } from "./geometry.ts";
import { IterationPicker } from "./IterationPicker.tsx";
import { NextSteps } from "./NextStepButton.tsx";
import { NodeBar } from "./NodeBar.tsx";
import { NodeHead } from "./NodeHead.tsx";
import { severityOf, VisitorTag, visitorStyle } from "./NodeMarks.tsx";
import { PortHandle, portTitle } from "./PortHandle.tsx";

/**
 * A container: a card's head across the width of its frame, and below it a piece of canvas for what lies in it. Inside, presses go
 * to the canvas; the head and the handles are the frame's.
 */
export const FrameNode = memo(function FrameNode(props: NodeProps<FrameCanvasNode>) {
  const { id, data, selected, dragging } = props;
  const { actions, runs, problems, visitors, iterations, chooseIteration } = useCanvas();
  const run = useKeyed(runs, id);
  const wrong = useKeyed(problems, id);
  const others = useKeyed(visitors, id);
  const passes = useKeyed(iterations, id);
  const { node, ports } = data;
  const placed = useMemo(() => placedPorts(ports, props.width ?? 0), [ports, props.width]);
  const head = cardHeight(ports);
  const editable = actions !== null;
  return (
    <div
      className="agent-frame"
      data-status={run?.status}
      data-selected={selected || undefined}
      data-disabled={node.disabled === true || undefined}
      data-problem={severityOf(wrong)}
      data-target={data.target || undefined}
      style={visitorStyle(others)}
    >
      <div className="agent-frame-head" style={{ height: head }}>
        <NodeHead data={data} placed={placed} run={run} problems={wrong} editable={editable}>
          {passes === undefined ? undefined : (
            <IterationPicker name={node.name} run={passes} onChoose={(iteration) => chooseIteration(id, iteration)} />
          )}
        </NodeHead>
      </div>
      <InnerPorts placed={placed} editable={editable} />
      {data.empty && <EmptyFrame id={id} name={node.name} top={head} />}
      <NextSteps nodeId={id} placed={placed} connected={data.connected} />
      {editable && selected && !dragging && <Resizing id={id} least={data.least} />}
      {editable && !dragging && <NodeBar node={node} shown={selected} />}
      <VisitorTag visitors={others} />
    </div>
  );
});

/** What the container gives to its steps stands at the left border, what it takes from them at the right. */
function InnerPorts(props: { readonly placed: ReturnType<typeof placedPorts>; readonly editable: boolean }) {
  return props.placed
    .filter(({ inside }) => inside)
    .map((each) => (
      <div key={`${each.side} ${each.port.name}`} data-port-state={each.port.state}>
        <PortHandle placed={each} editable={props.editable} />
        <span
          className={`agent-frame-port agent-frame-port-${each.side}`}
          title={portTitle(each.port)}
          style={each.side === "output" ? { top: each.y, left: 12 } : { top: each.y, right: 12 }}
        >
          {each.port.label}
        </span>
      </div>
    ));
}

function EmptyFrame({ id, name, top }: { readonly id: string; readonly name: string; readonly top: number }) {
  const { actions } = useCanvas();
  return (
    <div className="agent-frame-empty" style={{ top }}>
      {actions === null ? (
        <span>Nothing is in it.</span>
      ) : (
        <button
          type="button"
          className="nodrag nopan"
          aria-label={`Add the first step in ${name}`}
          onClick={(event) => {
            event.stopPropagation();
            const box = event.currentTarget.getBoundingClientRect();
            const screen = { x: box.left, y: box.bottom + 8 };
            actions.openPalette({ at: null, screen, from: null, edgeId: null, frame: id });
          }}
        >
          <Plus size={16} aria-hidden />
          Add the first step
        </button>
      )}
    </div>
  );
}

const line = "line" as ResizeControlVariant.Line;
const corner = "handle" as ResizeControlVariant.Handle;
const sides = [
  { position: "left", variant: line },
  { position: "top", variant: line },
  { position: "right", variant: line },
  { position: "bottom", variant: line },
  { position: "top-left", variant: corner },
  { position: "top-right", variant: corner },
  { position: "bottom-left", variant: corner },
  { position: "bottom-right", variant: corner },
] as const;

/** What lies in the frame keeps its place on the canvas, whichever border is moved. */
function Resizing({ id, least }: { readonly id: string; readonly least: FrameCanvasNode["data"]["least"] }) {
  const { actions } = useCanvas();
  return sides.map(({ position, variant }) => (
    <NodeResizeControl
      key={position}
      position={position}
      variant={variant}
      minWidth={(position.includes("left") ? least.leastFromStart : least.least).width}
      minHeight={(position.includes("top") ? least.leastFromStart : least.least).height}
      className="agent-frame-resize"
      onResizeEnd={(_, { x, y, width, height }) => {
        const size = { width: snap(width), height: snap(height) };
        const moved = position.includes("left") || position.includes("top");
        actions?.resizeFrame(id, moved ? { ...size, position: { x: snap(x), y: snap(y) } } : size);
      }}
    />
  ));
}
