import { CircleAlert, Pin, TriangleAlert } from "lucide-react";
import type { CSSProperties } from "react";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import { type NodeRun, type NodeVisitor, useCanvas, useKeyed } from "./canvasContext.ts";
import type { AgentCanvasNode } from "./canvasNodes.ts";

/** The line below a node's name. */
export function summaryOf({ node, definition }: Pick<AgentCanvasNode["data"], "node" | "definition">): string {
  if (node.disabled === true) return "Disabled: skipped in a run";
  if (definition === undefined) return `Unknown agent: ${node.agent}`;
  return definition.summary(node.config) || definition.label;
}

export function severityOf(problems: readonly Diagnostic[] | undefined): Diagnostic["severity"] | undefined {
  if (problems === undefined || problems.length === 0) return undefined;
  return problems.some((problem) => problem.severity === "error") ? "error" : "warning";
}

export function ProblemMark({ problems }: { readonly problems: readonly Diagnostic[] | undefined }) {
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

/** That the next run takes what is pinned here; or that the one on screen did. */
export function PinMark({ nodeId, run }: { readonly nodeId: string; readonly run: NodeRun | undefined }) {
  const isPinned = useKeyed(useCanvas().pins, nodeId) === true;
  if (!isPinned && run?.pinned !== true) return null;
  const text = isPinned
    ? "Output pinned: runs from the editor use it instead of running this step"
    : "The output was pinned in this run: the step did not run";
  return (
    <span title={text} role="img" aria-label={text} className={isPinned ? "text-warning" : "text-faint"}>
      <Pin size={14} strokeWidth={2} aria-hidden />
    </span>
  );
}

export function visitorStyle(visitors: readonly NodeVisitor[] | undefined): CSSProperties | undefined {
  const first = visitors?.[0];
  return first === undefined ? undefined : ({ "--visitor": first.color } as CSSProperties);
}

export function VisitorTag({ visitors }: { readonly visitors: readonly NodeVisitor[] | undefined }) {
  if (visitors === undefined || visitors.length === 0) return null;
  return (
    <div className="visitor-tag" aria-hidden>
      {visitors.map((visitor) => visitor.name).join(", ")}
    </div>
  );
}
