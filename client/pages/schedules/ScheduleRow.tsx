import { CircleAlert, Copy, Ellipsis, PencilLine, Trash2 } from "lucide-react";
import { Link } from "wouter";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Menu } from "#client/components/ui/Menu.tsx";
import { StatusIcon } from "#client/components/ui/StatusIcon.tsx";
import { Switch } from "#client/components/ui/Switch.tsx";
import { Time } from "#client/components/ui/Time.tsx";
import { useNow } from "#client/hooks/useNow.ts";
import type { Schedule } from "#src/schemas/schedule.ts";
import { cronWords } from "./cronWords.ts";
import { exactly, showUntil, showWhen } from "./moments.ts";
import { browserTimezone } from "./timezones.ts";

export interface ScheduleRowProps {
  readonly schedule: Schedule;
  readonly mayEdit: boolean;
  readonly onEnable: (enabled: boolean) => void;
  readonly onEdit: () => void;
  readonly onDuplicate: () => void;
  readonly onDelete: () => void;
}

/** One schedule: when it starts in words and as a line, when next, and what came of the last time. */
export function ScheduleRow(props: ScheduleRowProps) {
  const { schedule, mayEdit, onEnable, onEdit } = props;
  const { name, cron, timezone, enabled } = schedule;
  const words = cronWords(cron);
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <span className="flex h-5 items-center">
        <Switch checked={enabled} onChange={onEnable} disabled={!mayEdit} aria-label={`${name} is on`} />
      </span>
      <div className="grid min-w-0 flex-1 gap-x-6 gap-y-1 md:grid-cols-[minmax(0,1fr)_14rem_12rem]">
        <div className="min-w-0">
          {mayEdit ? (
            <button
              type="button"
              onClick={onEdit}
              className="block max-w-full truncate rounded-xs text-left font-medium hover:underline"
            >
              {name}
            </button>
          ) : (
            <span className="block truncate font-medium">{name}</span>
          )}
          <p className="flex flex-wrap gap-x-2 text-muted text-xs">
            {words !== null && words !== name && <span>{words}</span>}
            <code className="font-mono text-2xs leading-4">{cron}</code>
            <span>{timezone}</span>
          </p>
        </div>
        <NextRun schedule={schedule} />
        <LastRun schedule={schedule} />
      </div>
      {mayEdit && <More {...props} />}
    </li>
  );
}

function NextRun({ schedule: { enabled, nextRunAt, timezone } }: { readonly schedule: Schedule }) {
  const now = useNow(true, 15_000);
  if (!enabled) return <p className="text-faint text-xs leading-5">Off</p>;
  if (nextRunAt === null) return <p className="text-faint text-xs leading-5">No further time</p>;
  const at = Date.parse(nextRunAt);
  return (
    <p className="text-xs leading-5">
      <span className="text-faint">Next </span>
      <time dateTime={nextRunAt} title={exactly(at, timezone, browserTimezone())} className="tabular">
        {showWhen(at, now)}
      </time>
      <span className="tabular text-faint">{`, ${showUntil(at, now)}`}</span>
    </p>
  );
}

function LastRun({ schedule: { lastRunAt, lastExecutionId, lastStatus, lastError } }: { readonly schedule: Schedule }) {
  if (lastRunAt === null) return <p className="text-faint text-xs leading-5">Never run</p>;
  return (
    <div className="min-w-0 text-xs leading-5">
      <p className="flex items-center gap-1.5">
        <span className="text-faint">Last</span>
        {lastStatus !== null && <StatusIcon status={lastStatus} />}
        {lastStatus === null ? (
          <Time at={lastRunAt} />
        ) : (
          <Link href={`/runs/${lastExecutionId}`} className="rounded-xs text-accent-text hover:underline">
            <Time at={lastRunAt} />
            <span className="sr-only">, open the run</span>
          </Link>
        )}
      </p>
      {lastError !== null && (
        <p className="flex items-start gap-1 text-danger">
          <CircleAlert aria-hidden size={12} className="mt-1 shrink-0" />
          <span className="min-w-0 select-text break-words">{`Not started: ${lastError}`}</span>
        </p>
      )}
    </div>
  );
}

function More({ schedule, onEdit, onDuplicate, onDelete }: ScheduleRowProps) {
  return (
    <Menu
      trigger={
        <IconButton icon={Ellipsis} label={`More for ${schedule.name}`} tooltipSide="left" className="-my-1.5" />
      }
      entries={[
        { label: "Edit", icon: PencilLine, opensDialog: true, onSelect: onEdit },
        { label: "Duplicate", icon: Copy, opensDialog: true, onSelect: onDuplicate },
        "separator",
        { label: "Delete", icon: Trash2, danger: true, onSelect: onDelete },
      ]}
    />
  );
}
