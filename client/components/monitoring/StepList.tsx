import { CornerDownRight } from "lucide-react";
import { useEffect, useRef } from "react";
import { showDuration } from "#client/canvas/duration.ts";
import { useRunNow } from "#client/hooks/useRunNow.ts";
import { isEnded } from "#src/engine/state.ts";
import { classes } from "../ui/classes.ts";
import { showCount } from "../ui/format.ts";
import { StatusIcon } from "../ui/StatusIcon.tsx";
import { stepKeys } from "./stepKeys.ts";
import { type StepRow, type StepsProps, stepDuration, stepRows } from "./steps.ts";

/** The steps of an execution with status, duration and tokens; one is selected. */
export function StepList({ graph, state, selected, onSelect }: StepsProps) {
  const now = useRunNow(!isEnded(state));
  const rows = stepRows(graph, state);
  return (
    <div
      role="listbox"
      aria-label="Steps"
      tabIndex={-1}
      onKeyDown={stepKeys(rows, selected, onSelect)}
      className="h-full overflow-y-auto p-1 outline-none"
    >
      {rows.map((row, index) => (
        <StepOption
          key={row.stepKey}
          row={row}
          now={now}
          selected={row.stepKey === selected}
          reachable={selected === null ? index === 0 : row.stepKey === selected}
          onSelect={onSelect}
        />
      ))}
    </div>
  );
}

interface StepOptionProps {
  readonly row: StepRow;
  readonly now: number;
  readonly selected: boolean;
  /** The one option that Tab stops at. */
  readonly reachable: boolean;
  readonly onSelect: (stepKey: string) => void;
}

function StepOption({ row, now, selected, reachable, onSelect }: StepOptionProps) {
  const { step, stepKey, name } = row;
  const duration = stepDuration(step, now);
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selected) line.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const tokens = step.usage ? step.usage.inputTokens + step.usage.outputTokens : 0;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box around it handles the keys
    <div
      ref={line}
      role="option"
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
      data-step={stepKey}
      onClick={() => onSelect(stepKey)}
      className={classes(
        "flex h-8 select-none items-center gap-2 rounded-sm px-2 [contain-intrinsic-size:auto_32px] [content-visibility:auto]",
        "focus-visible:-outline-offset-2",
        selected ? "bg-pressed" : "hover:bg-hover",
      )}
    >
      <StatusIcon status={step.status} />
      <span className={classes("min-w-0 flex-1 truncate", step.status === "skipped" && "text-faint")}>{name}</span>
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
