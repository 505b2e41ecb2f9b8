import { Equal } from "lucide-react";
import { showDuration } from "#client/canvas/duration.ts";
import { DifferenceList } from "#client/components/monitoring/DifferenceList.tsx";
import { classes } from "#client/components/ui/classes.ts";
import { EmptyState } from "#client/components/ui/EmptyState.tsx";
import { statusLooks } from "#client/components/ui/StatusIcon.tsx";
import type { ComparedStep, ExecutionComparison, StepSide } from "#src/schemas/comparison.ts";

const sides = ["A", "B"] as const;

/** One step of both runs: its figures beside one another, then where settings, inputs and outputs differ. */
export function ComparedStepView({
  step,
  compared,
}: {
  readonly step: ComparedStep | null;
  readonly compared: ExecutionComparison;
}) {
  if (step === null) {
    return compared.same ? (
      <EmptyState icon={Equal} title="No difference">
        Both runs had the same input, did the same in every step and came to the same output.
      </EmptyState>
    ) : (
      <div className="flex flex-col gap-5 p-4">
        <DifferenceList title="Input of the run" comparison={compared.input} sides={sides} />
        <DifferenceList title="Output of the run" comparison={compared.output} sides={sides} />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-5 p-4">
      <h2 className="font-semibold text-base">{step.name}</h2>
      <Figures step={step} />
      <DifferenceList title="Settings" comparison={step.settings} sides={sides} />
      <DifferenceList title="Inputs" comparison={step.inputs} sides={sides} />
      <DifferenceList title="Outputs" comparison={step.outputs} sides={sides} />
      {step.same && <p className="text-muted">Status, settings, inputs and outputs are the same.</p>}
    </div>
  );
}

const figures: readonly { readonly name: string; readonly of: (side: StepSide) => string }[] = [
  { name: "Status", of: (side) => statusLooks[side.status].label },
  { name: "Error", of: (side) => side.error?.message ?? "–" },
  { name: "Duration", of: (side) => (side.durationMs === null ? "–" : showDuration(side.durationMs)) },
  { name: "Tokens", of: (side) => String(side.tokens) },
  { name: "Attempts", of: (side) => String(side.attempts) },
  { name: "Work", of: (side) => (side.reusedFrom === null ? "done in this run" : "taken over from an earlier run") },
];

function Figures({ step }: { readonly step: ComparedStep }) {
  const rows = figures
    .map(({ name, of }) => ({ name, a: step.a && of(step.a), b: step.b && of(step.b) }))
    .filter(({ name, a, b }) => name !== "Error" || (a ?? "–") !== "–" || (b ?? "–") !== "–");
  return (
    <table className="tabular w-full max-w-160 table-fixed text-left text-sm">
      <thead className="text-faint text-xs">
        <tr>
          <th className="w-24 py-1 font-normal">
            <span className="sr-only">Figure</span>
          </th>
          <th className="py-1 font-medium">A</th>
          <th className="py-1 font-medium">B</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, a, b }) => (
          <tr key={name} className={classes("border-t", a !== b && "font-medium")}>
            <th className="py-1 font-normal text-faint text-xs">{name}</th>
            <td className="select-text break-words py-1 pr-3">{a ?? "not in this run"}</td>
            <td className="select-text break-words py-1">{b ?? "not in this run"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
