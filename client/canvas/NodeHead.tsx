import type { ReactNode } from "react";
import { AgentTile } from "#client/components/agents/AgentTile.tsx";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import type { NodeRun } from "./canvasContext.ts";
import type { AgentCanvasNode } from "./canvasNodes.ts";
import type { PlacedPort } from "./geometry.ts";
import { PinMark, ProblemMark, summaryOf } from "./NodeMarks.tsx";
import { NodeRunMark } from "./NodeRunMark.tsx";
import { PortColumn } from "./PortHandle.tsx";

interface NodeHeadProps {
  readonly data: Pick<AgentCanvasNode["data"], "node" | "definition">;
  readonly placed: readonly PlacedPort[];
  readonly run: NodeRun | undefined;
  readonly problems: readonly Diagnostic[] | undefined;
  readonly editable: boolean;
  /** After the name; a wide frame's head begins with it. */
  readonly children?: ReactNode;
}

/** What a card is, and what stands at the top of a frame: tile, name, summary, marks, outer ports. */
export function NodeHead({ data, placed, run, problems, editable, children }: NodeHeadProps) {
  const { node, definition } = data;
  return (
    <>
      <div className="agent-card-header">
        <AgentTile icon={definition?.icon} category={definition?.category} size="md" />
        <div className={children === undefined ? "min-w-0 flex-1" : "min-w-0 pr-2"}>
          <div className="truncate font-medium text-sm text-text leading-5">{node.name}</div>
          <div className="agent-card-summary truncate text-faint text-2xs leading-4">{summaryOf(data)}</div>
        </div>
        {children}
        {children !== undefined && <span className="flex-1" />}
        <PinMark nodeId={node.id} run={run} />
        <ProblemMark problems={problems} />
        <NodeRunMark run={run} />
      </div>
      <div className="agent-card-ports">
        <PortColumn placed={placed} side="input" editable={editable} />
        <PortColumn placed={placed} side="output" editable={editable} />
      </div>
    </>
  );
}
