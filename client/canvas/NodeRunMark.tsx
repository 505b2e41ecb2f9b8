import { StatusIcon, statusLooks } from "#client/components/ui/StatusIcon.tsx";
import { useRunNow } from "#client/hooks/useRunNow.ts";
import { isFinalStep } from "#src/schemas/execution.ts";
import type { NodeRun } from "./canvasContext.ts";
import { showDuration } from "./duration.ts";

/** Status, duration and attempt at the right of a card's header. */
export function NodeRunMark({ run }: { readonly run: NodeRun | undefined }) {
  if (run === undefined) return null;
  const { label, color } = statusLooks[run.status];
  return (
    <span
      className={`flex shrink-0 items-center gap-1.5 text-2xs ${color}`}
      title={run.error === null ? label : `${label}: ${run.error}`}
    >
      <span className="node-run-time tabular">
        {run.count !== null && <NodeCount count={run.count} />}
        {run.attempt > 1 && <span title={`Attempt ${run.attempt}`}>×{run.attempt} </span>}
        <NodeDuration run={run} />
      </span>
      <StatusIcon status={run.status} size={16} />
    </span>
  );
}

/** Of many iterations: 37/100, and how many of them failed. */
function NodeCount({ count }: { readonly count: NonNullable<NodeRun["count"]> }) {
  const show = (value: number) => value.toLocaleString("en-US");
  return (
    <span title={`${show(count.ended)} of ${show(count.total)} iterations, ${show(count.failed)} failed`}>
      {count.failed > 0 && <span className="text-danger">{show(count.failed)} failed </span>}
      {show(count.ended)}/{show(count.total)}
    </span>
  );
}

function NodeDuration({ run }: { readonly run: NodeRun }) {
  const ticking = run.startedAt !== null && run.endedAt === null && !isFinalStep(run.status);
  const now = useRunNow(ticking);
  if (run.startedAt === null || run.status === "skipped") return null;
  const end = run.endedAt ?? (ticking ? now : null);
  return end === null ? null : <span>{showDuration(Math.max(0, end - run.startedAt))}</span>;
}

const tailLength = 240;

/** The end of what the step has streamed, hanging from the card's lower edge so that the card keeps its size. */
export function NodeRunText({ run, pinned }: { readonly run: NodeRun | undefined; readonly pinned: boolean }) {
  if (run === undefined || run.text === "") return null;
  const live = run.status === "running";
  if (!live && !pinned) return null;
  const tail = run.text.length > tailLength ? `…${run.text.slice(-tailLength)}` : run.text;
  return (
    <div className="node-run-text" data-live={live || undefined}>
      <p>{tail}</p>
    </div>
  );
}
