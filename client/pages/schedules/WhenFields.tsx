import { Field } from "#client/components/ui/Field.tsx";
import { Input } from "#client/components/ui/Input.tsx";
import { Select } from "#client/components/ui/Select.tsx";
import { cronWords } from "./cronWords.ts";
import { changeKind, everyChoices, type RecurrenceDraft, type RecurrenceKind } from "./recurrence.ts";

interface WhenFieldsProps {
  readonly draft: RecurrenceDraft;
  readonly onChange: (draft: RecurrenceDraft) => void;
  /** What is missing here, or what the server says against the line. */
  readonly problem: string | undefined;
}

const kinds: readonly { readonly value: RecurrenceKind; readonly label: string }[] = [
  { value: "minutes", label: "Every few minutes" },
  { value: "hourly", label: "Every hour" },
  { value: "daily", label: "Every day" },
  { value: "weekdays", label: "Monday to Friday" },
  { value: "weekly", label: "On days of the week" },
  { value: "custom", label: "Custom cron line" },
];
const intervals = everyChoices.map((value) => ({ value, label: value === "1" ? "Minute" : `${value} minutes` }));
const days = [
  [1, "Mon"],
  [2, "Tue"],
  [3, "Wed"],
  [4, "Thu"],
  [5, "Fri"],
  [6, "Sat"],
  [0, "Sun"],
] as const;

/** When it starts: a kind, and what that kind asks for. */
export function WhenFields({ draft, onChange, problem }: WhenFieldsProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="When">
          {(control) => (
            <Select
              {...control}
              value={draft.kind}
              onChange={(kind) => onChange(changeKind(draft, kind))}
              options={kinds}
            />
          )}
        </Field>
        <Detail draft={draft} onChange={onChange} problem={draft.kind === "weekly" ? undefined : problem} />
      </div>
      {draft.kind === "weekly" && (
        <Days chosen={draft.days} problem={problem} onChange={(chosen) => onChange({ ...draft, days: chosen })} />
      )}
    </>
  );
}

function Detail({ draft, onChange, problem }: WhenFieldsProps) {
  switch (draft.kind) {
    case "minutes":
      return (
        <Field label="Every" error={problem}>
          {(control) => (
            <Select
              {...control}
              value={draft.every}
              onChange={(every) => onChange({ ...draft, every })}
              options={intervals}
            />
          )}
        </Field>
      );
    case "hourly":
      return (
        <Field label="Minutes past the hour" error={problem}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              value={draft.minute}
              onChange={(event) => onChange({ ...draft, minute: event.target.value })}
            />
          )}
        </Field>
      );
    case "custom":
      return (
        <Field
          label="Cron line"
          error={problem}
          hint={cronWords(draft.cron) ?? "Minute, hour, day, month, weekday: 30 8 * * 1-5"}
        >
          {(control) => (
            <Input
              {...control}
              className="font-mono"
              maxLength={200}
              value={draft.cron}
              onChange={(event) => onChange({ ...draft, cron: event.target.value })}
            />
          )}
        </Field>
      );
    default:
      return (
        <Field label="At" error={problem}>
          {(control) => (
            <Input
              {...control}
              type="time"
              value={draft.time}
              onChange={(event) => onChange({ ...draft, time: event.target.value })}
            />
          )}
        </Field>
      );
  }
}

interface DaysProps {
  readonly chosen: readonly number[];
  readonly problem: string | undefined;
  readonly onChange: (chosen: readonly number[]) => void;
}

function Days({ chosen, problem, onChange }: DaysProps) {
  return (
    <fieldset className="flex flex-col gap-1.5" aria-describedby={problem === undefined ? undefined : "days-problem"}>
      <legend className="mb-1.5 font-medium text-muted text-xs">On</legend>
      <div className="grid grid-cols-7 gap-1">
        {days.map(([day, label]) => (
          <label
            key={day}
            className="inline-flex h-8 cursor-pointer select-none items-center justify-center rounded-sm border border-line-strong text-muted text-xs transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-text has-focus-visible:outline-2 has-focus-visible:outline-focus"
          >
            <input
              type="checkbox"
              className="sr-only"
              checked={chosen.includes(day)}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, day] : chosen.filter((other) => other !== day))
              }
            />
            {label}
          </label>
        ))}
      </div>
      {problem !== undefined && (
        <p id="days-problem" role="alert" className="text-danger text-xs">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
