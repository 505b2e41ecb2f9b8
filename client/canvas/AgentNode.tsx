import type { NodeProps } from "@xyflow/react";
import { memo, useMemo } from "react";
import { useCanvas, useKeyed } from "./canvasContext.ts";
import type { AgentCanvasNode } from "./canvasNodes.ts";
import { cardWidth, placedPorts } from "./geometry.ts";
import { NextSteps } from "./NextStepButton.tsx";
import { NodeBar } from "./NodeBar.tsx";
import { NodeHead } from "./NodeHead.tsx";
import { severityOf, VisitorTag, visitorStyle } from "./NodeMarks.tsx";
import { NodeRunText } from "./NodeRunMark.tsx";

/** The card of an agent. Its measures are declared in `geometry.ts`; nothing in here may change its height. */
export const AgentNode = memo(function AgentNode({ id, data, selected, dragging }: NodeProps<AgentCanvasNode>) {
  const { actions, runs, problems, visitors } = useCanvas();
  const run = useKeyed(runs, id);
  const wrong = useKeyed(problems, id);
  const others = useKeyed(visitors, id);
  const { node, ports } = data;
  const placed = useMemo(() => placedPorts(ports, cardWidth), [ports]);
  const alone = selected && !dragging;
  return (
    <div
      className="agent-card"
      data-status={run?.status}
      data-selected={selected || undefined}
      data-disabled={node.disabled === true || undefined}
      data-problem={severityOf(wrong)}
      style={visitorStyle(others)}
    >
      <NodeHead data={data} placed={placed} run={run} problems={wrong} editable={actions !== null} />
      <NextSteps nodeId={id} placed={placed} connected={data.connected} />
      {actions !== null && !dragging && <NodeBar node={node} shown={alone} />}
      <NodeRunText run={run} pinned={alone} />
      <VisitorTag visitors={others} />
    </div>
  );
});
