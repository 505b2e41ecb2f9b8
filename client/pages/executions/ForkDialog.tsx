import { GitFork } from "lucide-react";
import { useState } from "react";
import { LargeInput } from "#client/components/monitoring/LargeInput.tsx";
import { Button } from "#client/components/ui/Button.tsx";
import { Dialog } from "#client/components/ui/Dialog.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { Textarea } from "#client/components/ui/Input.tsx";
import { SegmentedControl } from "#client/components/ui/SegmentedControl.tsx";
import { useEditableValue } from "#client/hooks/useEditableValue.ts";
import { nodeIdOf } from "#src/engine/stepKey.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionDetail } from "#src/schemas/execution.ts";
import { useExecutionChanges } from "./useExecutionChanges.ts";

export interface ForkDialogProps {
  readonly detail: ExecutionDetail;
  readonly stepKey: string;
  readonly onClose: () => void;
}

const graphs = [
  { value: "same", label: "As in this run" },
  { value: "current", label: "As it is now" },
] as const;

/** A new run from a step of this one: with what went in, or something else; with the workflow as it was, or as it is now. */
export function ForkDialog({ detail, stepKey, onClose }: ForkDialogProps) {
  const { fork } = useExecutionChanges(detail);
  const [graph, setGraph] = useState<(typeof graphs)[number]["value"]>("same");
  const isFed = detail.graph.edges.some((edge) => edge.target === stepKey);
  const isInside = stepKey.includes("/");
  const step = detail.steps.find((each) => each.stepKey === stepKey);
  const input = useEditableValue(detail.id, isFed ? (step?.inputs ?? {}) : detail.input);
  const parsed = read(input.text ?? "null");
  const name = detail.graph.nodes.find(({ id }) => id === nodeIdOf(stepKey))?.name ?? stepKey;
  const go = () => {
    if ("problem" in parsed) return;
    fork.go({ stepKey, useCurrentGraph: graph === "current", ...(input.isChanged ? { input: parsed.value } : {}) });
  };
  return (
    <Dialog
      open
      width="md"
      onOpenChange={(open) => !open && onClose()}
      title={`Fork from “${name}”`}
      description="A new run takes over the results of the steps before it, at no cost, and does this step and everything after it again."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" icon={GitFork} busy={fork.isPending} disabled={"problem" in parsed} onClick={go}>
            Fork
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="flex items-center justify-between gap-3">
          <span className="font-medium text-muted text-xs">Workflow</span>
          <SegmentedControl label="Which workflow" value={graph} onChange={setGraph} options={graphs} />
        </div>
        {!isInside && (
          <Field
            label={isFed ? "What goes into the step" : "Input of the run"}
            hint={
              isFed ? "A value for each port. Change it to try something else." : "Change it to try something else."
            }
            error={"problem" in parsed ? parsed.problem : null}
          >
            {(control) =>
              input.text === null ? (
                <LargeInput input={input} />
              ) : (
                <Textarea
                  {...control}
                  rows={10}
                  // Whoever loaded it stands in it then: the button that they pressed is gone.
                  autoFocus={input.bytes > 0}
                  spellCheck={false}
                  className="font-mono text-xs"
                  value={input.text}
                  onChange={(event) => input.setText(event.target.value)}
                />
              )
            }
          </Field>
        )}
      </div>
    </Dialog>
  );
}

function read(text: string): { readonly value: JsonValue } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch (error) {
    return { problem: `This is not JSON: ${error instanceof Error ? error.message : "it cannot be read"}.` };
  }
}
