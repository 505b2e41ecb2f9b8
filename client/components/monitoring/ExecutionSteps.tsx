import { useAtom } from "jotai";
import { ChartNoAxesGantt, List } from "lucide-react";
import type { ReactNode } from "react";
import { stepsViewAtom } from "#client/stores/monitoring.ts";
import { isEnded, stepOf } from "#src/engine/state.ts";
import { nodeIdOf } from "#src/engine/stepKey.ts";
import { SegmentedControl } from "../ui/SegmentedControl.tsx";
import { StepList } from "./StepList.tsx";
import { StepTimeline } from "./StepTimeline.tsx";
import { StepView } from "./StepView.tsx";
import type { StepsProps } from "./steps.ts";

const views = [
  { value: "list", label: "List", icon: List },
  { value: "timeline", label: "Timeline", icon: ChartNoAxesGantt },
] as const;

export interface ExecutionStepsProps extends StepsProps {
  readonly executionId: string;
  /** Buttons for the selected step. */
  readonly actions?: (stepKey: string) => ReactNode;
}

/** Steps at the left as list or timeline, the selected one at the right; above one another on a narrow screen. Fills its parent. */
export function ExecutionSteps({ executionId, graph, state, selected, onSelect, actions }: ExecutionStepsProps) {
  const [view, setView] = useAtom(stepsViewAtom);
  const steps = { graph, state, selected, onSelect };
  const node = selected === null ? undefined : graph.nodes.find((each) => each.id === nodeIdOf(selected));
  return (
    <div className="flex h-full min-h-0 flex-col md:flex-row">
      <section
        aria-label="Steps"
        className="flex h-2/5 min-h-0 shrink-0 flex-col border-b md:h-auto md:w-2/5 md:border-r md:border-b-0"
      >
        <div className="flex h-9 shrink-0 items-center justify-between border-b pr-1 pl-3">
          <h2 className="font-medium text-muted text-xs">Steps</h2>
          <SegmentedControl
            iconOnly
            size="sm"
            label="Show the steps as"
            value={view}
            onChange={setView}
            options={views}
          />
        </div>
        <div className="min-h-0 flex-1">{view === "list" ? <StepList {...steps} /> : <StepTimeline {...steps} />}</div>
      </section>
      <section aria-label="Selected step" className="flex min-h-0 min-w-0 flex-1 flex-col">
        <StepView
          key={selected}
          executionId={executionId}
          stepKey={selected}
          step={selected === null ? null : stepOf(state, selected)}
          node={node}
          over={isEnded(state)}
          actions={selected !== null && actions?.(selected)}
        />
      </section>
    </div>
  );
}
