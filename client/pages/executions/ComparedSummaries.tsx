import { Link } from "wouter";
import { showDuration } from "#client/canvas/duration.ts";
import { showCount } from "#client/components/ui/format.ts";
import { StatusLabel } from "#client/components/ui/StatusIcon.tsx";
import { Time } from "#client/components/ui/Time.tsx";
import type { ExecutionComparison } from "#src/schemas/comparison.ts";
import type { ExecutionSummary } from "#src/schemas/execution.ts";
import { triggerLabels } from "./triggerLabels.ts";

/** The two runs beside one another, each a link to itself. */
export function ComparedSummaries({ compared }: { readonly compared: ExecutionComparison }) {
  return (
    <div className="grid shrink-0 grid-cols-2 divide-x border-b">
      <Summary side="A" execution={compared.a} />
      <Summary side="B" execution={compared.b} />
    </div>
  );
}

function Summary({ side, execution }: { readonly side: string; readonly execution: ExecutionSummary }) {
  const { startedAt, endedAt, inputTokens, outputTokens } = execution;
  const tokens = inputTokens + outputTokens;
  return (
    <div className="min-w-0 px-4 py-2.5">
      <p className="flex items-center gap-2">
        <span className="inline-flex size-5 shrink-0 items-center justify-center rounded-xs bg-idle-soft font-semibold text-2xs text-muted">
          {side}
        </span>
        <Link href={`/runs/${execution.id}`} className="min-w-0 truncate rounded-xs font-medium hover:underline">
          {execution.workflowName}
        </Link>
      </p>
      <p className="tabular mt-1 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-faint text-xs">
        <span className="text-text">
          <StatusLabel status={execution.status} />
        </span>
        {startedAt !== null && endedAt !== null && (
          <span>{showDuration(Date.parse(endedAt) - Date.parse(startedAt))}</span>
        )}
        {tokens > 0 && <span>{`${showCount(tokens)} tok`}</span>}
        <span>{`v${execution.versionNumber}`}</span>
        <span>{triggerLabels[execution.trigger.kind]}</span>
        <Time at={execution.createdAt} />
      </p>
    </div>
  );
}
