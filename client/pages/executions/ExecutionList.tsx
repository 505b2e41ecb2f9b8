import { GitCompare } from "lucide-react";
import { showDuration } from "#client/canvas/duration.ts";
import { DataList } from "#client/components/ui/DataList.tsx";
import { showCount } from "#client/components/ui/format.ts";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { StatusIcon, statusLooks } from "#client/components/ui/StatusIcon.tsx";
import { Time } from "#client/components/ui/Time.tsx";
import { useNow } from "#client/hooks/useNow.ts";
import type { ExecutionSummary } from "#src/schemas/execution.ts";
import { triggerLabels } from "./triggerLabels.ts";

export interface ExecutionListProps {
  readonly items: readonly ExecutionSummary[];
  readonly onEndReached: (() => void) | undefined;
  readonly loadingMore: boolean;
  /** Takes a run to be compared with another, or with the one that was taken. */
  readonly onCompare: (execution: ExecutionSummary) => void;
  /** The run that was taken. */
  readonly compared: string | null;
}

function Duration({ execution }: { readonly execution: ExecutionSummary }) {
  const { startedAt, endedAt } = execution;
  const now = useNow(startedAt !== null && endedAt === null);
  if (startedAt === null) return <span className="text-faint">–</span>;
  const until = endedAt === null ? now : Date.parse(endedAt);
  return <span className="tabular">{showDuration(Math.max(0, until - Date.parse(startedAt)))}</span>;
}

const columns = [
  {
    id: "status",
    header: "Status",
    className: "hidden w-20 md:block",
    cell: (execution: ExecutionSummary) => statusLooks[execution.status].label,
  },
  {
    id: "duration",
    header: "Duration",
    className: "w-18 text-right",
    cell: (execution: ExecutionSummary) => <Duration execution={execution} />,
  },
  {
    id: "tokens",
    header: "Tokens",
    className: "hidden w-16 text-right md:block",
    cell: ({ inputTokens, outputTokens }: ExecutionSummary) =>
      inputTokens + outputTokens > 0 ? (
        <span className="tabular" title={`${inputTokens} in, ${outputTokens} out`}>
          {showCount(inputTokens + outputTokens)}
        </span>
      ) : (
        <span className="text-faint">–</span>
      ),
  },
  {
    id: "version",
    header: "Version",
    className: "hidden w-14 text-right lg:block",
    cell: (execution: ExecutionSummary) => <span className="tabular">{`v${execution.versionNumber}`}</span>,
  },
  {
    id: "trigger",
    header: "Trigger",
    className: "hidden w-16 lg:block",
    cell: (execution: ExecutionSummary) => triggerLabels[execution.trigger.kind],
  },
  {
    id: "who",
    header: "Who",
    className: "hidden w-24 lg:block",
    cell: (execution: ExecutionSummary) => execution.trigger.by.name,
  },
  {
    id: "started",
    header: "Started",
    className: "w-18",
    cell: (execution: ExecutionSummary) => <Time at={execution.startedAt ?? execution.createdAt} />,
  },
];

export function ExecutionList({ items, onEndReached, loadingMore, onCompare, compared }: ExecutionListProps) {
  return (
    <DataList
      label="Runs"
      items={items}
      getKey={(execution) => execution.id}
      href={(execution) => `/runs/${execution.id}`}
      lead={(execution) => <StatusIcon status={execution.status} />}
      titleHeader="Workflow"
      title={(execution) => execution.workflowName}
      subtitle={({ error }) => error && <span className="text-danger">{error.message}</span>}
      columns={columns}
      onEndReached={onEndReached}
      loadingMore={loadingMore}
      actions={(execution) => (
        <IconButton
          icon={GitCompare}
          label={compared === null ? "Compare with another run" : "Compare with this run"}
          tooltipSide="left"
          active={execution.id === compared}
          onClick={() => onCompare(execution)}
        />
      )}
    />
  );
}
