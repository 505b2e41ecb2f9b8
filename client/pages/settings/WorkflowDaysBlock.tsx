import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { DailyFields } from "#client/components/monitoring/DailyFields.tsx";
import { useWorkflowDay } from "#client/components/monitoring/useWorkflowDay.ts";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Select } from "#client/components/ui/Select.tsx";
import { trpc } from "#client/trpc.ts";
import type { WorkflowDay } from "#src/schemas/limits.ts";
import type { LimitsBlockProps } from "./DailyBudgetBlock.tsx";
import { SettingsBlock, SettingsRow, SettingsRows } from "./SettingsBlock.tsx";

const none = { tokens: null, dollars: null };
const hasBudget = ({ daily }: WorkflowDay) => daily.tokens !== null || daily.dollars !== null;

/** What single workflows may use in a day. */
export function WorkflowDaysBlock({ limits, mayChange }: LimitsBlockProps) {
  const [added, setAdded] = useState<WorkflowDay | null>(null);
  const all = trpc.workflows.list.useQuery({ limit: 100 });
  const limited = limits.workflows.filter(hasBudget);
  const isNew = added !== null && !limited.some(({ workflowId }) => workflowId === added.workflowId);
  // Once it has a budget it is one of them: when that is removed, its row goes.
  if (added !== null && !isNew) setAdded(null);
  const rows = isNew ? [...limited, added] : limited;
  const others = (all.data?.items ?? []).filter(({ id }) => !rows.some(({ workflowId }) => workflowId === id));
  const add = (id: string) => {
    const found = others.find((each) => each.id === id);
    if (found === undefined) return;
    const { id: workflowId, name } = found;
    const used = limits.workflows.find((each) => each.workflowId === workflowId)?.usedToday;
    setAdded({ workflowId, name, daily: none, usedToday: used ?? { tokens: 0, dollars: 0 } });
  };
  return (
    <SettingsBlock
      title="Budget of a day by workflow"
      lead="Within the workspace’s budget. Only the runs of that workflow pause at its limit."
    >
      <div className="flex flex-col gap-3">
        {rows.length > 0 && (
          <SettingsRows>
            {rows.map((day) => (
              <WorkflowDayRow
                key={day.workflowId}
                day={day}
                disabled={!mayChange}
                onRemove={day === added ? () => setAdded(null) : null}
              />
            ))}
          </SettingsRows>
        )}
        {rows.length === 0 && !mayChange && <p className="text-faint">No workflow has a budget of its own.</p>}
        {mayChange && (
          <Select
            aria-label="Add a budget for a workflow"
            className="max-w-70"
            value={undefined}
            placeholder="Add a budget for …"
            options={others.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={add}
          />
        )}
      </div>
    </SettingsBlock>
  );
}

interface WorkflowDayRowProps {
  readonly day: WorkflowDay;
  readonly disabled: boolean;
  /** Of a row that nothing was set in yet. */
  readonly onRemove: (() => void) | null;
}

function WorkflowDayRow({ day, disabled, onRemove }: WorkflowDayRowProps) {
  const { workflowId, name, daily, usedToday } = day;
  const { set, isSetting } = useWorkflowDay(workflowId);
  return (
    <SettingsRow>
      <Link href={`/workflows/${workflowId}`} className="min-w-32 flex-1 truncate font-medium hover:underline">
        {name}
      </Link>
      <div className="flex flex-wrap items-start gap-3 py-1">
        <fieldset aria-label={name} className="grid w-full gap-3 sm:w-100 sm:grid-cols-2">
          <DailyFields
            explained={false}
            daily={daily}
            usedToday={usedToday}
            disabled={disabled}
            saving={isSetting}
            onChange={set}
          />
        </fieldset>
        <IconButton
          icon={Trash2}
          label={`Remove the budget of ${name}`}
          disabled={disabled}
          aria-disabled={isSetting || undefined}
          aria-busy={isSetting || undefined}
          onClick={isSetting ? undefined : (onRemove ?? (() => set(none)))}
        />
      </div>
    </SettingsRow>
  );
}
