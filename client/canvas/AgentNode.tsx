import { Handle, type NodeProps, Position } from "@xyflow/react";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { type CSSProperties, memo } from "react";
import { AgentTile } from "#client/components/agents/AgentTile.tsx";
import type { PortDefinition } from "#src/schemas/agent.ts";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import { type NodeVisitor, useCanvas, useKeyed } from "./canvasContext.ts";
import type { AgentCanvasNode } from "./canvasNodes.ts";
import { handleOffset } from "./geometry.ts";
import { NextStepButton } from "./NextStepButton.tsx";
import { NodeBar } from "./NodeBar.tsx";
import { NodeRunMark, NodeRunText } from "./NodeRunMark.tsx";

/** The card of an agent. Its measures are declared in `geometry.ts`; nothing in here may change its height. */
export const AgentNode = memo(function AgentNode({ id, data, selected, dragging }: NodeProps<AgentCanvasNode>) {
  const { actions, runs, problems, visitors } = useCanvas();
  const run = useKeyed(runs, id);
  const wrong = useKeyed(problems, id);
  const others = useKeyed(visitors, id);
  const { node, definition, ports } = data;
  const connected = data.connected.split(",");
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
      <div className="agent-card-header">
        <AgentTile icon={definition?.icon} category={definition?.category} size="md" />
        <div className="min-w-0 flex-1">
          <div className="truncate font-medium text-sm text-text leading-5">{node.name}</div>
          <div className="agent-card-summary truncate text-faint text-2xs leading-4">
            {node.disabled === true ? "Disabled: skipped in a run" : summaryOf(data)}
          </div>
        </div>
        <ProblemMark problems={wrong} />
        <NodeRunMark run={run} />
      </div>
      <div className="agent-card-ports">
        <PortColumn ports={ports.inputs} side="input" editable={actions !== null} />
        <PortColumn ports={ports.outputs} side="output" editable={actions !== null} />
      </div>
      {actions !== null &&
        ports.outputs.map((port, index) =>
          connected.includes(port.name) ? null : (
            <NextStepButton key={port.name} nodeId={id} port={port} top={handleOffset(index)} />
          ),
        )}
      {actions !== null && !dragging && <NodeBar node={node} shown={alone} />}
      <NodeRunText run={run} pinned={alone} />
      <VisitorTag visitors={others} />
    </div>
  );
});

function PortColumn(props: { ports: readonly PortDefinition[]; side: "input" | "output"; editable: boolean }) {
  const { ports, side, editable } = props;
  return (
    <div className={`agent-card-column agent-card-column-${side}`}>
      {ports.map((port, index) => (
        <div key={port.name} className="agent-card-port" title={portTitle(port)}>
          <Handle
            id={port.name}
            type={side === "input" ? "target" : "source"}
            position={side === "input" ? Position.Left : Position.Right}
            isConnectable={editable}
            className="port-handle"
            data-port-type={port.type}
            data-multiple={port.multiple === true || undefined}
            style={{ top: handleOffset(index) }}
          />
          <span className="truncate">{port.label}</span>
        </div>
      ))}
    </div>
  );
}

function portTitle(port: PortDefinition): string {
  const kind = port.multiple === true ? `${port.type}, several connections` : port.type;
  return `${port.label} (${kind})${port.description === "" ? "" : `\n${port.description}`}`;
}

function summaryOf(data: AgentCanvasNode["data"]): string {
  if (data.definition === undefined) return `Unknown agent: ${data.node.agent}`;
  return data.definition.summary(data.node.config) || data.definition.label;
}

function severityOf(problems: readonly Diagnostic[] | undefined): Diagnostic["severity"] | undefined {
  if (problems === undefined || problems.length === 0) return undefined;
  return problems.some((problem) => problem.severity === "error") ? "error" : "warning";
}

function ProblemMark({ problems }: { problems: readonly Diagnostic[] | undefined }) {
  const severity = severityOf(problems);
  if (problems === undefined || severity === undefined) return null;
  const Icon = severity === "error" ? CircleAlert : TriangleAlert;
  const text = problems.map((problem) => problem.message).join("\n");
  return (
    <span title={text} role="img" aria-label={text} className={severity === "error" ? "text-danger" : "text-warning"}>
      <Icon size={15} strokeWidth={2} aria-hidden />
    </span>
  );
}

function visitorStyle(visitors: readonly NodeVisitor[] | undefined): CSSProperties | undefined {
  const first = visitors?.[0];
  return first === undefined ? undefined : ({ "--visitor": first.color } as CSSProperties);
}

function VisitorTag({ visitors }: { visitors: readonly NodeVisitor[] | undefined }) {
  if (visitors === undefined || visitors.length === 0) return null;
  return (
    <div className="visitor-tag" aria-hidden>
      {visitors.map((visitor) => visitor.name).join(", ")}
    </div>
  );
}
