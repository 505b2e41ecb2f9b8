import { CalendarClock, Plus } from "lucide-react";
import { useRef, useState } from "react";
import { PageHeader } from "#client/components/shell/PageHeader.tsx";
import { Button } from "#client/components/ui/Button.tsx";
import { EmptyState } from "#client/components/ui/EmptyState.tsx";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { SkeletonRows } from "#client/components/ui/Skeleton.tsx";
import { useMay } from "#client/hooks/useSession.ts";
import { readError, trpc } from "#client/trpc.ts";
import { inputForm } from "#src/agents/input/form.ts";
import type { Schedule } from "#src/schemas/schedule.ts";
import { ScheduleDialog, type ScheduleDraft } from "./ScheduleDialog.tsx";
import { ScheduleRow } from "./ScheduleRow.tsx";
import { useScheduleChanges } from "./useScheduleChanges.ts";

/** A schedule that starts shows so within this. */
const everyMs = 15_000;

/** When a workflow starts by itself. */
export function SchedulesPage({ workflowId }: { readonly workflowId: string }) {
  const workflow = trpc.workflows.get.useQuery({ id: workflowId });
  const list = trpc.schedules.list.useQuery({ workflowId }, { refetchInterval: everyMs });
  const mayEdit = useMay("editor");
  const [editing, setEditing] = useState<ScheduleDraft | null>(null);
  const items = list.data?.items ?? [];
  const graph = workflow.data?.graph;
  const add = useRef<HTMLButtonElement>(null);
  const newSchedule = (
    <Button ref={add} variant="primary" icon={Plus} disabled={!graph} onClick={() => setEditing({})}>
      New schedule
    </Button>
  );
  const failed = list.error ?? workflow.error;
  return (
    <>
      <PageHeader
        title="Schedules"
        parent={{ label: workflow.data?.name ?? "Workflow", href: `/workflows/${workflowId}` }}
        actions={mayEdit && items.length > 0 && newSchedule}
      />
      {list.isPending && <SkeletonRows label="Loading the schedules" />}
      {failed && list.data === undefined && (
        <ErrorState
          title="The schedules could not be loaded"
          onRetry={() => void Promise.all([list.refetch(), workflow.refetch()])}
          retrying={list.isFetching}
          requestId={readError(failed).requestId}
        >
          {readError(failed).message}
        </ErrorState>
      )}
      {list.isSuccess && items.length === 0 && (
        <EmptyState icon={CalendarClock} title="No schedules yet" actions={mayEdit && newSchedule}>
          A schedule starts this workflow by itself, every hour, on weekday mornings or whenever you say.
        </EmptyState>
      )}
      <ScheduleList
        workflowId={workflowId}
        items={items}
        mayEdit={mayEdit}
        onEdit={setEditing}
        onDeleted={() => add.current?.focus()}
      />
      {editing !== null && graph && (
        <ScheduleDialog
          workflowId={workflowId}
          fields={inputForm(graph)}
          schedule={editing}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

interface ScheduleListProps {
  readonly workflowId: string;
  readonly items: readonly Schedule[];
  readonly mayEdit: boolean;
  readonly onEdit: (schedule: ScheduleDraft) => void;
  readonly onDeleted: () => void;
}

function ScheduleList({ workflowId, items, mayEdit, onEdit, onDeleted }: ScheduleListProps) {
  const changes = useScheduleChanges(workflowId, onDeleted);
  if (items.length === 0) return null;
  return (
    <ul aria-label="Schedules" className="min-h-0 flex-1 divide-y overflow-y-auto">
      {items.map((schedule) => {
        const { id: _, ...copy } = schedule;
        return (
          <ScheduleRow
            key={schedule.id}
            schedule={schedule}
            mayEdit={mayEdit}
            onEnable={(enabled) => changes.enable(schedule, enabled)}
            onEdit={() => onEdit(schedule)}
            onDuplicate={() => onEdit({ ...copy, name: `${schedule.name.slice(0, 115)} copy` })}
            onDelete={() => changes.remove(schedule)}
          />
        );
      })}
    </ul>
  );
}
