import { CornerDownRight } from "lucide-react";
import { showDuration } from "#client/canvas/duration.ts";
import { useRunNow } from "#client/hooks/useRunNow.ts";
import { isEnded } from "#src/engine/state.ts";
import { classes } from "../ui/classes.ts";
import { showCount } from "../ui/format.ts";
import { StatusIcon } from "../ui/StatusIcon.tsx";
import { RowList } from "./RowList.tsx";
import { RowOpener } from "./RowOpener.tsx";
import { stepKeys } from "./stepKeys.ts";
import { type StepsProps, stepDuration } from "./steps.ts";
import type { StepRow } from "./stepTree.ts";
import { useStepRows } from "./useStepRows.ts";

/** The steps of an execution with status, duration and tokens; one is selected. Iterations of a container are grouped. */
export function StepList(props: StepsProps) {
  const now = useRunNow(!isEnded(props.state));
  const list = useStepRows(props);
  const { rows, active, go, toggle } = list;
  return (
    <RowList
      label="Steps"
      rows={rows}
      rowHeight={32}
      active={active}
      onKeyDown={stepKeys(list)}
      render={(row, index) => (
        <StepOption
          key={row.id}
          row={row}
          now={now}
          selected={index === active}
          reachable={active < 0 ? index === 0 : index === active}
          onSelect={go}
          onToggle={toggle}
        />
      )}
    />
  );
}

interface StepOptionProps {
  readonly row: StepRow;
  readonly now: number;
  readonly selected: boolean;
  /** The one option that Tab stops at. */
  readonly reachable: boolean;
  readonly onSelect: (row: StepRow) => void;
  readonly onToggle: (row: StepRow) => void;
}

function StepOption({ row, now, selected, reachable, onSelect, onToggle }: StepOptionProps) {
  const { step, stepKey, name } = row;
  const duration = stepDuration(step, now);
  const isAbsent = step.skipReason === "not_in_run";
  const tokens = step.usage ? step.usage.inputTokens + step.usage.outputTokens : 0;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box around it handles the keys
    <div
      role="option"
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
      data-step={stepKey}
      data-row={row.id}
      onClick={() => onSelect(row)}
      className={classes(
        "flex h-8 select-none items-center gap-2 rounded-sm px-2",
        "focus-visible:-outline-offset-2",
        selected ? "bg-pressed" : "hover:bg-hover",
      )}
    >
      <RowOpener row={row} onToggle={onToggle} />
      <StatusIcon status={step.status} label={isAbsent ? "Not part of this run" : undefined} />
      <span className={classes("min-w-0 flex-1 truncate", step.status === "skipped" && "text-faint")}>{name}</span>
      {isAbsent && <span className="shrink-0 text-2xs text-faint">not in this run</span>}
      {step.metadata?.reusedFrom !== undefined && (
        <CornerDownRight role="img" aria-label="Taken over from an earlier run" size={12} className="text-faint" />
      )}
      {step.attempt > 1 && (
        <span className="tabular text-2xs text-warning" title={`Attempt ${step.attempt}`}>{`×${step.attempt}`}</span>
      )}
      {tokens > 0 && <span className="tabular text-2xs text-faint">{`${showCount(tokens)} tok`}</span>}
      <span className="tabular w-14 shrink-0 text-right text-2xs text-faint">
        {duration === null ? "" : showDuration(duration)}
      </span>
    </div>
  );
}
