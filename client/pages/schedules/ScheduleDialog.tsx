import { type FormEvent, useState } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { Dialog } from "#client/components/ui/Dialog.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { Input } from "#client/components/ui/Input.tsx";
import { matchesKeys } from "#client/components/ui/keys.ts";
import { InputFields } from "#client/components/workflow/InputFields.tsx";
import { useInputDraft } from "#client/components/workflow/inputDraft.ts";
import type { InputField } from "#src/agents/input/definition.ts";
import type { Schedule } from "#src/schemas/schedule.ts";
import { cronWords } from "./cronWords.ts";
import { NextRuns } from "./NextRuns.tsx";
import { draftOf, readDraft } from "./recurrence.ts";
import { TimezoneSelect } from "./TimezoneSelect.tsx";
import { browserTimezone } from "./timezones.ts";
import { fieldOf, useSaveSchedule } from "./useSaveSchedule.ts";
import { useSchedulePreview } from "./useSchedulePreview.ts";
import { WhenFields } from "./WhenFields.tsx";

/** A schedule that is there, or what a new one begins with. */
export type ScheduleDraft = Partial<Schedule>;

interface ScheduleDialogProps {
  readonly workflowId: string;
  /** What a run of the workflow asks for. */
  readonly fields: readonly InputField[];
  readonly schedule: ScheduleDraft;
  readonly onClose: () => void;
}

export function ScheduleDialog({ workflowId, fields, schedule, onClose }: ScheduleDialogProps) {
  const { id } = schedule;
  const [when, setWhen] = useState(() => draftOf(schedule.cron));
  const [timezone, setTimezone] = useState(schedule.timezone ?? browserTimezone());
  // A name that only says when it starts follows when that is changed.
  const isNamed = schedule.name !== undefined && schedule.name !== nameOf(schedule.cron ?? "");
  const [name, setName] = useState(isNamed ? (schedule.name ?? "") : "");
  const input = useInputDraft(fields, schedule.input ?? null);
  const read = readDraft(when);
  const preview = useSchedulePreview(read, timezone);
  const save = useSaveSchedule(id, onClose);
  const changeName = save.forget(setName);
  // What was refused is told at its field until that field is changed.
  const refused = preview.error ?? save.error;
  const at = fieldOf(refused);
  const whenProblem = "problem" in read ? read.problem : at === "cron" ? refused?.message : undefined;

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const value = fields.length === 0 ? (schedule.input ?? null) : input.read();
    if ("problem" in read || preview.error !== null || value === undefined || save.busy) return;
    const { cron } = read;
    const wish = { name: name.trim() || nameOf(cron), cron, timezone, input: value };
    save.run({ workflowId, ...wish });
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={id === undefined ? "New schedule" : "Edit schedule"}
      width="md"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" shortcut="mod+Enter" busy={save.busy} onClick={() => submit()}>
            {id === undefined ? "Create" : "Save"}
          </Button>
        </>
      }
    >
      <form
        onSubmit={submit}
        className="flex flex-col gap-4"
        onKeyDown={(event) => {
          if (matchesKeys(event.nativeEvent, "mod+Enter")) submit(event);
        }}
      >
        <WhenFields draft={when} onChange={save.forget(setWhen)} problem={whenProblem} />
        <Field label="Time zone" error={at === "timezone" ? refused?.message : undefined}>
          {(control) => <TimezoneSelect control={control} value={timezone} onChange={save.forget(setTimezone)} />}
        </Field>
        <NextRuns times={preview.times} timezone={timezone} isOld={preview.isOld} />
        <Field label="Name" hint="Shown in the list of runs." error={at === "name" ? refused?.message : undefined}>
          {(control) => (
            <Input
              {...control}
              maxLength={120}
              placeholder={"cron" in read ? nameOf(read.cron) : undefined}
              value={name}
              onChange={(event) => changeName(event.target.value)}
            />
          )}
        </Field>
        {fields.length > 0 && (
          <fieldset className="flex flex-col gap-4">
            <legend className="mb-4 font-medium text-sm">Input of each run</legend>
            <InputFields fields={fields} draft={input} />
          </fieldset>
        )}
        {refused !== null && at === null && (
          <p role="alert" className="text-danger text-xs">
            {refused.message}
          </p>
        )}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

/** As long as a name may be. */
const nameOf = (cron: string) => (cronWords(cron) ?? cron).slice(0, 120);
