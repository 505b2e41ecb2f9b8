import { useAtomValue } from "jotai";
import { ListStart, Pin, Play } from "lucide-react";
import { useMemo, useRef } from "react";
import { useCommands } from "#client/hooks/useCommands.ts";
import { selectionAtom } from "#client/stores/editor.ts";
import { useStepRuns } from "./useStepRuns.ts";

/** Keys and commands for the one selected step: run it, run from it, pin what it put out. */
export function useStepCommands(): void {
  const selection = useAtomValue(selectionAtom);
  const steps = useStepRuns();
  const latest = useRef(steps);
  latest.current = steps;
  const only = selection.nodes.size === 1 ? ([...selection.nodes][0] ?? null) : null;
  const isPinned = only !== null && steps.pins.has(only);
  const mayPin = steps.mayPin && only !== null && (isPinned || steps.outputsOf(only) !== null);
  const mayRun = steps.mayRun && only !== null;
  const commands = useMemo(() => {
    const group = "Workflow";
    const id = only ?? "";
    return [
      {
        id: "step.run",
        label: "Run this step",
        group,
        icon: Play,
        enabled: mayRun,
        run: () => latest.current.runStep(id),
      },
      {
        ...{ id: "step.runFrom", label: "Run from this step", group, icon: ListStart, enabled: mayRun },
        run: () => latest.current.runFrom(id),
      },
      {
        ...{ id: "step.pin", label: isPinned ? "Unpin output" : "Pin output", group, icon: Pin, enabled: mayPin },
        shortcut: "p",
        run: () => {
          const outputs = latest.current.outputsOf(id);
          if (isPinned) latest.current.unpin(id);
          else if (outputs !== null) latest.current.pin(id, outputs);
        },
      },
    ];
  }, [only, isPinned, mayPin, mayRun]);
  useCommands(commands);
}
