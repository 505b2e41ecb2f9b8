import { Equal } from "lucide-react";
import type { KeyboardEvent } from "react";
import { Badge } from "#client/components/ui/Badge.tsx";
import { classes } from "#client/components/ui/classes.ts";
import { StatusIcon } from "#client/components/ui/StatusIcon.tsx";
import { iterationPathOf } from "#src/engine/stepKey.ts";
import type { ComparedStep, StepSide } from "#src/schemas/comparison.ts";

export interface ComparedStepsProps {
  readonly steps: readonly ComparedStep[];
  /** Key of the step where the runs part. */
  readonly first: string | null;
  readonly selected: string | null;
  readonly onSelect: (stepKey: string) => void;
}

/** Steps with both statuses, in an order in which causes come before what follows from them. Arrows walk it. */
export function ComparedSteps({ steps, first, selected, onSelect }: ComparedStepsProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const at = steps.findIndex(({ stepKey }) => stepKey === selected);
    const next = steps[Math.max(0, Math.min(steps.length - 1, at + by))];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    onSelect(next.stepKey);
    event.currentTarget.querySelector<HTMLElement>(`[data-step="${CSS.escape(next.stepKey)}"]`)?.focus();
  };
  return (
    <div
      role="listbox"
      aria-label="Steps of both runs"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className="max-h-52 shrink-0 overflow-y-auto border-b p-1 outline-none md:max-h-none md:w-80 md:border-r md:border-b-0"
    >
      {steps.length === 0 && <p className="p-4 text-center text-faint">No step differs.</p>}
      {steps.map((step, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the list box around it handles the keys
        <div
          key={step.stepKey}
          role="option"
          aria-selected={step.stepKey === selected}
          tabIndex={(selected === null ? index === 0 : step.stepKey === selected) ? 0 : -1}
          data-step={step.stepKey}
          data-same={step.same}
          onClick={() => onSelect(step.stepKey)}
          className={classes(
            "flex h-8 select-none items-center gap-2 rounded-sm px-2 focus-visible:-outline-offset-2",
            step.stepKey === selected ? "bg-pressed" : "hover:bg-hover",
          )}
        >
          <SideIcon side={step.a} />
          <SideIcon side={step.b} />
          <span className={classes("min-w-0 flex-1 truncate", step.same && "text-muted")}>{nameOf(step)}</span>
          {step.stepKey === first && <Badge tone="warning">first</Badge>}
          {step.same && <Equal role="img" aria-label="The same" size={12} className="shrink-0 text-faint" />}
        </div>
      ))}
    </div>
  );
}

function SideIcon({ side }: { readonly side: StepSide | null }) {
  if (side === null)
    return (
      <span title="Not in this run" className="size-3.5 shrink-0 text-center text-faint">
        –
      </span>
    );
  return <StatusIcon status={side.status} />;
}

function nameOf({ name, stepKey }: ComparedStep): string {
  const iteration = iterationPathOf(stepKey);
  return iteration.length === 0 ? name : `${name} · ${iteration.map((each) => each + 1).join(".")}`;
}
