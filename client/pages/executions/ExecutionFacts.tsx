import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { CopyButton } from "#client/components/ui/CopyButton.tsx";
import { showMoment } from "#client/components/ui/format.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { ExecutionDetail } from "#src/schemas/execution.ts";
import { ExecutionLineage } from "./ExecutionLineage.tsx";
import { triggerLabels } from "./triggerLabels.ts";

/** Who started it when and how, and why it failed. */
export function ExecutionFacts({
  detail,
  state,
}: {
  readonly detail: ExecutionDetail;
  readonly state: ExecutionState;
}) {
  return (
    <div className="flex shrink-0 flex-col border-b">
      <dl className="flex flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2 text-xs">
        <Fact term="Started">{showMoment(Date.parse(detail.startedAt ?? detail.createdAt))}</Fact>
        <Fact term="By">{detail.trigger.by.name}</Fact>
        <Fact term="Trigger">
          {detail.trigger.kind === "schedule" ? (
            <Link
              href={`/workflows/${detail.workflowId}/schedules`}
              className="rounded-xs text-accent-text hover:underline"
            >
              {triggerLabels.schedule}
            </Link>
          ) : (
            triggerLabels[detail.trigger.kind]
          )}
        </Fact>
        {detail.trigger.parent && <Parent id={detail.trigger.parent.executionId} />}
        <ExecutionLineage detail={detail} />
        <div className="flex items-center gap-1.5">
          <dt className="text-faint">Run</dt>
          <dd className="flex items-center gap-0.5 font-mono text-2xs">
            <span className="max-w-24 truncate sm:max-w-none">{detail.id}</span>
            <CopyButton label="Copy the id" text={() => detail.id} />
          </dd>
        </div>
      </dl>
      {state.error && (
        <p className="flex items-start gap-2 border-t bg-danger-soft px-4 py-2 text-danger">
          <CircleAlert aria-hidden size={14} className="mt-0.75 shrink-0" />
          <span className="min-w-0 select-text break-words">{state.error.message}</span>
        </p>
      )}
    </div>
  );
}

/** The run that this one is a part of. */
function Parent({ id }: { readonly id: string }) {
  return (
    <div className="flex items-center gap-1.5">
      <dt className="text-faint">Part of</dt>
      <dd>
        <Link href={`/runs/${id}`} className="rounded-xs font-mono text-2xs text-accent-text hover:underline">
          {`…${id.slice(-6)}`}
        </Link>
      </dd>
    </div>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className="flex items-center gap-1.5">
      <dt className="text-faint">{term}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  );
}
