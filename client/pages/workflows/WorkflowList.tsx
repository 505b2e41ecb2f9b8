import { CalendarClock, Copy, History, MoreHorizontal, SquarePen, Trash2 } from "lucide-react";
import { useLocation } from "wouter";
import { DataList } from "#client/components/ui/DataList.tsx";
import { plural } from "#client/components/ui/format.ts";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Menu } from "#client/components/ui/Menu.tsx";
import { StatusIcon } from "#client/components/ui/StatusIcon.tsx";
import { Time } from "#client/components/ui/Time.tsx";
import { useMay } from "#client/hooks/useSession.ts";
import type { WorkflowSummary } from "#src/schemas/workflow.ts";
import { useWorkflowChanges } from "./useWorkflowChanges.ts";

export interface WorkflowListProps {
  readonly items: readonly WorkflowSummary[];
  readonly onEndReached: (() => void) | undefined;
  readonly loadingMore: boolean;
}

const columns = [
  {
    id: "steps",
    header: "Steps",
    className: "hidden w-16 md:block",
    cell: (workflow: WorkflowSummary) => <span className="tabular">{plural(workflow.nodeCount, "step")}</span>,
  },
  {
    id: "lastRun",
    header: "Last run",
    className: "hidden w-24 sm:block",
    cell: ({ lastExecution }: WorkflowSummary) =>
      lastExecution ? <Time at={lastExecution.createdAt} /> : <span className="text-faint">Never</span>,
  },
  {
    id: "by",
    header: "Made by",
    className: "hidden w-28 lg:block",
    cell: (workflow: WorkflowSummary) => workflow.createdBy,
  },
  {
    id: "updated",
    header: "Changed",
    className: "w-20",
    cell: (workflow: WorkflowSummary) => <Time at={workflow.updatedAt} />,
  },
];

const never = (
  <span aria-hidden className="size-3.5 shrink-0 rounded-full border-[1.75px] border-line-strong border-dashed" />
);

export function WorkflowList({ items, onEndReached, loadingMore }: WorkflowListProps) {
  const mayEdit = useMay("editor");
  const changes = useWorkflowChanges();
  return (
    <DataList
      label="Workflows"
      items={items}
      getKey={(workflow) => workflow.id}
      href={(workflow) => `/workflows/${workflow.id}`}
      lead={({ lastExecution }) => (lastExecution ? <StatusIcon status={lastExecution.status} /> : never)}
      titleHeader="Name"
      title={(workflow) => workflow.name}
      subtitle={(workflow) => workflow.description}
      columns={columns}
      actions={(workflow) => <RowMenu workflow={workflow} mayEdit={mayEdit} {...changes} />}
      onRowKey={(workflow, key) => {
        if (mayEdit && (key === "Delete" || key === "Backspace")) changes.remove(workflow);
        if (mayEdit && key === "d") changes.duplicate(workflow);
      }}
      onEndReached={onEndReached}
      loadingMore={loadingMore}
    />
  );
}

interface RowMenuProps extends ReturnType<typeof useWorkflowChanges> {
  readonly workflow: WorkflowSummary;
  readonly mayEdit: boolean;
}

function RowMenu({ workflow, mayEdit, duplicate, remove }: RowMenuProps) {
  const [, navigate] = useLocation();
  return (
    <Menu
      trigger={<IconButton icon={MoreHorizontal} label={`More for ${workflow.name}`} tooltipSide="left" />}
      entries={[
        { label: "Open", icon: SquarePen, shortcut: "Enter", onSelect: () => navigate(`/workflows/${workflow.id}`) },
        { label: "Show runs", icon: History, onSelect: () => navigate(`/runs?workflow=${workflow.id}`) },
        { label: "Schedules", icon: CalendarClock, onSelect: () => navigate(`/workflows/${workflow.id}/schedules`) },
        { label: "Duplicate", icon: Copy, shortcut: "D", disabled: !mayEdit, onSelect: () => duplicate(workflow) },
        "separator",
        {
          label: "Delete",
          icon: Trash2,
          shortcut: "Delete",
          danger: true,
          disabled: !mayEdit,
          onSelect: () => remove(workflow),
        },
      ]}
    />
  );
}
