import { type FormEvent, useState } from "react";
import { readError, trpc } from "#client/trpc.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { Budget } from "#src/schemas/graph.ts";
import { AmountInput } from "../ui/AmountInput.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Field } from "../ui/Field.tsx";
import { budgetLines, budgetNames, raised, showSpent } from "./budgetWords.ts";

interface RaiseBudgetDialogProps {
  readonly executionId: string;
  /** What holds now. */
  readonly budget: Budget;
  readonly spent: ExecutionState["spent"];
  readonly onClose: () => void;
}

const fields = {
  tokens: { label: "Tokens", most: 1e9, whole: true },
  dollars: { label: "US dollars", most: 1e6, whole: false },
  steps: { label: "Steps", most: 1e8, whole: true },
} as const;

/** New limits of one execution; the workflow's own stay as they are. */
export function RaiseBudgetDialog({ executionId, budget, spent, onClose }: RaiseBudgetDialogProps) {
  const [next, setNext] = useState<Budget>(() => raised(budget, spent));
  const raise = trpc.executions.raiseBudget.useMutation({ onSuccess: onClose });
  const tooLow = budgetLines(next, spent).filter((line) => line.isReached);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (tooLow.length === 0) raise.mutate({ id: executionId as ExecutionId, budget: next });
  };
  const write = (name: keyof Budget, value: number | undefined) => {
    const { [name]: _, ...others } = next;
    setNext(value === undefined ? others : { ...others, [name]: value });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Raise the limit"
      description="Of this run alone. To change it for all runs, change the workflow’s settings."
      actions={
        <>
          <Button onClick={onClose}>Leave it paused</Button>
          <Button variant="primary" type="submit" form="raise-budget" busy={raise.isPending}>
            Raise and go on
          </Button>
        </>
      }
    >
      <form id="raise-budget" onSubmit={submit} className="flex flex-col gap-4">
        {budgetNames.map((name) => (
          <Field
            key={name}
            label={fields[name].label}
            hint={`Used so far: ${showSpent(name, spent[name])}. Empty: no limit.`}
            error={tooLow.some((line) => line.name === name) ? "This much is used already." : null}
          >
            {(control) => (
              <AmountInput
                control={control}
                value={next[name]}
                limits={[0, fields[name].most]}
                whole={fields[name].whole}
                disabled={raise.isPending}
                placeholder="No limit"
                onChange={(value) => write(name, value)}
              />
            )}
          </Field>
        ))}
        {raise.error && (
          <p role="alert" className="text-danger text-xs">
            {readError(raise.error).message}
          </p>
        )}
      </form>
    </Dialog>
  );
}
