import { BudgetFields, zeroBudget } from "#client/components/monitoring/BudgetFields.tsx";
import { budgetNames } from "#client/components/monitoring/budgetWords.ts";
import { AmountInput } from "#client/components/ui/AmountInput.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { setSettings } from "#src/document/commands/settings.ts";
import type { Budget, GraphSettings } from "#src/schemas/graph.ts";
import { attempt } from "../attempt.ts";
import { useEditor } from "../EditorContext.ts";
import { DurationInput } from "./DurationInput.tsx";

/** How long a run of the workflow may take, how many run at once, and what one may use. */
export function LimitFields({ settings }: { readonly settings: GraphSettings }) {
  const { document, actions } = useEditor();
  const locked = actions === null;
  const { budget = {} } = settings;
  return (
    <>
      <Field
        label="Time limit of a run"
        hint="A run that takes longer fails for good: a guard against runs that hang. Waiting does not count. 30 s, 5 m, 2 h."
      >
        {(control) => (
          <DurationInput
            control={control}
            value={settings.timeoutMs}
            limits={[1, 2_592_000_000]}
            disabled={locked}
            onChange={(timeoutMs) => attempt(() => setSettings(document.editing, { timeoutMs }))}
          />
        )}
      </Field>
      <Field
        label="Runs at once"
        hint="More than these wait in a queue until one has ended. Empty: as many as there is room for."
      >
        {(control) => (
          <AmountInput
            control={control}
            value={settings.concurrency}
            limits={[1, 10_000]}
            whole
            disabled={locked}
            placeholder="No limit"
            onChange={(concurrency) => attempt(() => setSettings(document.editing, { concurrency }))}
          />
        )}
      </Field>
      <Field
        label="Starts in a minute"
        hint="More than these wait in the queue, in their order. Empty: as many as there is room for."
      >
        {(control) => (
          <AmountInput
            control={control}
            value={settings.startsPerMinute}
            limits={[1, 10_000]}
            whole
            disabled={locked}
            placeholder="No limit"
            onChange={(startsPerMinute) => attempt(() => setSettings(document.editing, { startsPerMinute }))}
          />
        )}
      </Field>
      <fieldset className="flex flex-col gap-3 rounded-sm border p-3">
        <legend className="px-1 font-medium text-muted text-xs">Budget of one run</legend>
        <p className="text-faint text-xs">
          At a limit the run pauses before its next step: what runs ends, nothing is lost, and it goes on when somebody
          raises the limit.
        </p>
        <BudgetFields
          names={budgetNames}
          value={budget}
          disabled={locked}
          hint={(name) => hints[name]}
          error={(name) => zeroBudget(budget[name])}
          onChange={(next) => attempt(() => setSettings(document.editing, { budget: next }))}
        />
      </fieldset>
    </>
  );
}

const hints = {
  tokens: "Input and output of all model calls together.",
  dollars: "By the models' list prices. A model without a price is not held by it: set tokens, too.",
  timeMs: "While it is at work; waiting does not count. Below the time limit, at which a run fails.",
  steps: "Attempts that are started, retries among them.",
} as const satisfies Record<keyof Budget, string>;
