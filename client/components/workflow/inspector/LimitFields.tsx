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
  const write = (name: keyof Budget, value: number | undefined) => {
    const { [name]: _, ...others } = budget;
    const next: Budget = value === undefined ? others : { ...others, [name]: value };
    const isEmpty = Object.keys(next).length === 0;
    attempt(() => setSettings(document.editing, { budget: isEmpty ? undefined : next }));
  };
  return (
    <>
      <Field
        label="Time limit of a run"
        hint="A run that takes longer fails. Time it waits for a person or a moment does not count. 30 s, 5 m, 2 h."
      >
        {(control) => (
          <DurationInput
            control={control}
            value={settings.timeoutMs}
            max={2_592_000_000}
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
      <fieldset className="flex flex-col gap-3 rounded-sm border p-3">
        <legend className="px-1 font-medium text-muted text-xs">Budget of one run</legend>
        <p className="text-faint text-xs">
          At a limit the run pauses before its next step: what runs ends, nothing is lost, and it goes on when somebody
          raises the limit.
        </p>
        {amounts.map(({ name, label, hint, most, whole }) => (
          <Field
            key={name}
            label={label}
            hint={hint}
            error={budget[name] === 0 ? "A budget of 0 lets nothing run. Empty is no limit." : null}
          >
            {(control) => (
              <AmountInput
                control={control}
                value={budget[name]}
                limits={[0, most]}
                whole={whole}
                disabled={locked}
                placeholder="No limit"
                onChange={(value) => write(name, value)}
              />
            )}
          </Field>
        ))}
      </fieldset>
    </>
  );
}

const amounts = [
  { name: "tokens", label: "Tokens", hint: "Input and output of all model calls together.", most: 1e9, whole: true },
  {
    name: "dollars",
    label: "US dollars",
    hint: "By the models' list prices. A model without a price is not held by it: set tokens, too.",
    most: 1e6,
    whole: false,
  },
  { name: "steps", label: "Steps", hint: "Attempts that are started, retries among them.", most: 1e8, whole: true },
] as const;
