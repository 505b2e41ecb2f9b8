import { type FormEvent, useState } from "react";
import { readError, trpc } from "#client/trpc.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { StepKey } from "#src/schemas/executionEvent.ts";
import type { Budget } from "#src/schemas/graph.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { BudgetFields } from "./BudgetFields.tsx";
import { budgetLines, budgetNames, raised, type Spent, showSpent } from "./budgetWords.ts";

interface RaiseBudgetDialogProps {
  readonly executionId: string;
  /** Whose budget: one step's, or the whole execution's. */
  readonly step: { readonly stepKey: string; readonly name: string } | null;
  /** What holds now. */
  readonly budget: Budget;
  readonly spent: Spent;
  readonly onClose: () => void;
}

/** New limits of one execution, or of one step in it; the workflow's own stay as they are. */
export function RaiseBudgetDialog({ executionId, step, budget, spent, onClose }: RaiseBudgetDialogProps) {
  const id = executionId as ExecutionId;
  const [next, setNext] = useState<Budget>(() => raised(budget, spent));
  const raise = trpc.executions.raiseBudget.useMutation({ onSuccess: onClose });
  const raiseStep = trpc.executions.raiseStepBudget.useMutation({ onSuccess: onClose });
  const { isPending, error } = step === null ? raise : raiseStep;
  const tooLow = budgetLines(next, spent).filter((line) => line.isReached);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (tooLow.length > 0) return;
    if (step === null) raise.mutate({ id, budget: next });
    else raiseStep.mutate({ id, stepKey: step.stepKey as StepKey, budget: next });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={step === null ? "Raise the limit" : `Raise the limit of “${step.name}”`}
      description={`Of this run alone. To change it for all runs, change the ${step === null ? "workflow’s" : "step’s"} settings.`}
      actions={
        <>
          <Button onClick={onClose}>Leave it paused</Button>
          <Button variant="primary" type="submit" form="raise-budget" busy={isPending}>
            Raise and go on
          </Button>
        </>
      }
    >
      <form id="raise-budget" onSubmit={submit} className="flex flex-col gap-4">
        <BudgetFields
          names={step === null ? budgetNames : budgetNames.filter((name) => budget[name] !== undefined)}
          value={next}
          disabled={isPending}
          hint={(name) => `Used so far: ${showSpent(name, spent[name])}. Empty: no limit.`}
          error={(name) => (tooLow.some((line) => line.name === name) ? "This much is used already." : null)}
          onChange={(changed = {}) => setNext(changed)}
        />
        {error && (
          <p role="alert" className="text-danger text-xs">
            {readError(error).message}
          </p>
        )}
      </form>
    </Dialog>
  );
}
