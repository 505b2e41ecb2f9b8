import { Workflow } from "lucide-react";
import { Link } from "wouter";
import { trpc } from "#client/trpc.ts";
import { isFinalExecution } from "#src/schemas/execution.ts";
import { StatusLabel } from "../ui/StatusIcon.tsx";

const everyMs = 2_000;

/** The run that a step has started, how it stands, and the way to it. Nothing before there is one. */
export function ChildNote({ executionId, stepKey }: { readonly executionId: string; readonly stepKey: string }) {
  const children = trpc.executions.children.useQuery(
    { id: executionId },
    {
      refetchInterval: ({ state }) =>
        state.data?.items.some((child) => child.stepKey === stepKey && isFinalExecution(child.status))
          ? false
          : everyMs,
    },
  );
  const child = children.data?.items.find((each) => each.stepKey === stepKey);
  if (child === undefined) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5 border-b bg-sunken px-3 py-1.5 text-muted text-xs">
      <Workflow aria-hidden size={12} className="shrink-0" />
      <Link
        href={`/runs/${child.executionId}`}
        className="max-w-60 truncate rounded-xs text-accent-text hover:underline"
      >
        {`Run of ${child.workflowName}`}
      </Link>
      <StatusLabel status={child.status} />
    </p>
  );
}
