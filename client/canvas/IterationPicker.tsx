import { ChevronLeft, ChevronRight, CircleX, type LucideIcon } from "lucide-react";
import type { FrameRun } from "./canvasContext.ts";

interface IterationPickerProps {
  readonly name: string;
  readonly run: FrameRun;
  readonly onChoose: (iteration: number | null) => void;
}

const number = (value: number): string => value.toLocaleString("en-US");

/** Which iteration the cards in a frame show; all of them together at first. */
export function IterationPicker({ name, run, onChoose }: IterationPickerProps) {
  const { total, chosen, failedCount, firstFailed } = run;
  if (total === 0) return <span className="text-2xs text-faint">Nothing to go through</span>;
  return (
    <div
      role="toolbar"
      aria-label={`Iterations of ${name}`}
      className="iteration-picker nodrag nopan"
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {firstFailed !== null && (
        <button
          type="button"
          title="Show the first that failed"
          aria-label={`${number(failedCount)} failed: show the first`}
          className="iteration-failed"
          onClick={(event) => {
            event.stopPropagation();
            onChoose(firstFailed);
          }}
        >
          <CircleX size={12} aria-hidden />
          {number(failedCount)}
        </button>
      )}
      <Step
        icon={ChevronLeft}
        label="Previous iteration"
        to={chosen === null ? total - 1 : chosen - 1}
        disabled={chosen === 0}
        onChoose={onChoose}
      />
      <label className="iteration-number tabular">
        <span className="sr-only">Iteration, empty for all</span>
        <input
          inputMode="numeric"
          placeholder="All"
          value={chosen === null ? "" : String(chosen + 1)}
          onKeyDown={(event) => event.stopPropagation()}
          onChange={(event) => {
            const wanted = Number.parseInt(event.target.value, 10);
            if (event.target.value.trim() === "") onChoose(null);
            else if (wanted >= 1) onChoose(Math.min(wanted, total) - 1);
          }}
        />
        <span aria-hidden>of {number(total)}</span>
      </label>
      <Step
        icon={ChevronRight}
        label="Next iteration"
        to={chosen === null ? 0 : chosen + 1}
        disabled={chosen !== null && chosen >= total - 1}
        onChoose={onChoose}
      />
      {chosen !== null && (
        <button
          type="button"
          className="iteration-all"
          onClick={(event) => {
            event.stopPropagation();
            onChoose(null);
          }}
        >
          All
        </button>
      )}
    </div>
  );
}

interface StepProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly to: number;
  readonly disabled: boolean;
  readonly onChoose: (iteration: number) => void;
}

function Step({ icon: Icon, label, to, disabled, onChoose }: StepProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={(event) => {
        event.stopPropagation();
        onChoose(to);
      }}
    >
      <Icon size={14} aria-hidden />
    </button>
  );
}
