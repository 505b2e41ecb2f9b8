import { showDuration } from "#client/canvas/duration.ts";
import { useRunNow } from "#client/hooks/useRunNow.ts";
import { type ExecutionState, isEnded } from "#src/engine/state.ts";
import type { StepStatus } from "#src/schemas/execution.ts";
import { classes } from "../ui/classes.ts";
import { StatusIcon } from "../ui/StatusIcon.tsx";
import { RowList } from "./RowList.tsx";
import { RowOpener } from "./RowOpener.tsx";
import { stepKeys } from "./stepKeys.ts";
import { type StepsProps, stepDuration } from "./steps.ts";
import type { StepRow } from "./stepTree.ts";
import { useStepRows } from "./useStepRows.ts";

const barColors: Record<StepStatus, string> = {
  pending: "bg-idle",
  running: "bg-running",
  waiting: "bg-warning",
  succeeded: "bg-success",
  failed: "bg-danger",
  skipped: "bg-idle",
  cancelled: "bg-idle",
};

interface Span {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly length: number;
}

function spanOf(state: ExecutionState, now: number): Span {
  const from = state.startedAt ?? state.createdAt ?? now;
  return { from, length: Math.max(1, (state.endedAt ?? now) - from) };
}

/** 1, 2 or 5 times a power of ten: at most six marks. */
export function axisMarks(length: number): number[] {
  const rough = length / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}

/** A Gantt chart: when each step began and how long it took. */
export function StepTimeline(props: StepsProps) {
  const { state } = props;
  const now = useRunNow(!isEnded(state));
  const list = useStepRows(props);
  const { rows, active, go, toggle } = list;
  const span = spanOf(state, now);
  const marks = axisMarks(span.length);
  return (
    <div className="flex h-full flex-col overflow-hidden">
      <div aria-hidden className="flex h-6 shrink-0 border-b pr-16 pl-40 text-2xs text-faint">
        <div className="tabular relative flex-1">
          {marks.map((mark) => (
            <span
              key={mark}
              className="absolute top-1 -translate-x-1/2 whitespace-nowrap first:translate-x-0"
              style={{ left: `${(mark / span.length) * 100}%` }}
            >
              {mark === 0 ? "0" : showDuration(mark)}
            </span>
          ))}
        </div>
      </div>
      <RowList
        label="Timeline of steps"
        rows={rows}
        rowHeight={28}
        active={active}
        onKeyDown={stepKeys(list)}
        render={(row, index) => (
          <TimelineRow
            key={row.id}
            row={row}
            span={span}
            marks={marks}
            now={now}
            selected={index === active}
            reachable={active < 0 ? index === 0 : index === active}
            onSelect={go}
            onToggle={toggle}
          />
        )}
      />
    </div>
  );
}

interface TimelineRowProps {
  readonly row: StepRow;
  readonly span: Span;
  readonly marks: readonly number[];
  readonly now: number;
  readonly selected: boolean;
  readonly reachable: boolean;
  readonly onSelect: (row: StepRow) => void;
  readonly onToggle: (row: StepRow) => void;
}

function TimelineRow({ row, span, marks, now, selected, reachable, onSelect, onToggle }: TimelineRowProps) {
  const { step, name, stepKey } = row;
  const duration = stepDuration(step, now);
  const share = (ms: number) => `${(Math.max(0, ms) / span.length) * 100}%`;
  const said = duration === null ? "not started" : showDuration(duration);
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
        "flex h-7 select-none items-center rounded-sm pr-15",
        "focus-visible:-outline-offset-2",
        selected ? "bg-pressed" : "hover:bg-hover",
      )}
    >
      <span className="flex w-39 shrink-0 items-center gap-2 pr-3 pl-2">
        <RowOpener row={row} onToggle={onToggle} />
        <StatusIcon status={step.status} />
        <span className="truncate">{name}</span>
      </span>
      <div className="relative h-full flex-1">
        {marks.map((mark) => (
          <span key={mark} className="absolute inset-y-0 w-px bg-line" style={{ left: share(mark) }} />
        ))}
        {step.startedAt !== null && duration !== null && (
          <span
            className={classes(
              "absolute top-2 flex h-3 min-w-1 items-center rounded-xs opacity-90",
              barColors[step.status],
            )}
            style={{ left: share(step.startedAt - span.from), width: share(duration) }}
          >
            <span className="tabular absolute left-full whitespace-nowrap pl-1.5 text-2xs text-muted">{said}</span>
          </span>
        )}
      </div>
    </div>
  );
}
