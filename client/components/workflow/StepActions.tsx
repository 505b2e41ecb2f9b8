import { ListStart, Pin, PinOff, Play } from "lucide-react";
import { nodeOfStep } from "#client/canvas/iterations.ts";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { useStepRuns } from "./useStepRuns.ts";

/** Beside the selected step of the run panel: run it alone, run from it, keep what it put out. */
export function StepActions({ stepKey }: { readonly stepKey: string }) {
  const steps = useStepRuns();
  const nodeId = nodeOfStep(stepKey);
  const isInside = stepKey !== nodeId;
  const outputs = steps.outputsOf(nodeId);
  const isPinned = steps.pins.has(nodeId);
  return (
    <>
      {steps.mayRun && !isInside && (
        <>
          <IconButton
            icon={Play}
            size="sm"
            label="Run this step with …"
            tooltipSide="top"
            onClick={() => steps.askFor(nodeId)}
          />
          <IconButton
            icon={ListStart}
            size="sm"
            label="Run from here"
            tooltipSide="top"
            onClick={() => steps.runFrom(nodeId)}
          />
        </>
      )}
      {steps.mayPin && !isInside && (isPinned || outputs !== null) && (
        <IconButton
          icon={isPinned ? PinOff : Pin}
          size="sm"
          active={isPinned}
          label={isPinned ? "Unpin: run the step again" : "Pin the output: manual runs use it"}
          tooltipSide="top"
          onClick={() => {
            if (isPinned) steps.unpin(nodeId);
            else if (outputs !== null) steps.pin(nodeId, outputs);
          }}
        />
      )}
    </>
  );
}
