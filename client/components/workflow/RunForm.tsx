import { Play } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { Dialog } from "#client/components/ui/Dialog.tsx";
import { matchesKeys } from "#client/components/ui/keys.ts";
import type { InputField } from "#src/agents/input/definition.ts";
import type { JsonValue } from "#src/json.ts";
import { InputFields } from "./InputFields.tsx";
import { useInputDraft } from "./inputDraft.ts";
import { readRunInput, writeRunInput } from "./runInput.ts";

interface RunFormProps {
  readonly workflowId: string;
  readonly fields: readonly InputField[];
  readonly busy: boolean;
  readonly onRun: (input: JsonValue) => void;
  readonly onClose: () => void;
}

/** What a run asks for, as a form or as JSON; remembered for the next run of this workflow in this browser. */
export function RunForm({ workflowId, fields, busy, onRun, onClose }: RunFormProps) {
  const [remembered] = useState(() => readRunInput(workflowId));
  const draft = useInputDraft(fields, remembered);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const input = draft.read();
    if (input === undefined) return;
    writeRunInput(workflowId, input);
    onRun(input);
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Run with"
      width="md"
      actions={
        <Button variant="primary" icon={Play} shortcut="mod+Enter" busy={busy} onClick={() => submit()}>
          Run
        </Button>
      }
    >
      <form
        onSubmit={submit}
        className="flex flex-col gap-4"
        onKeyDown={(event) => {
          if (matchesKeys(event.nativeEvent, "mod+Enter")) submit(event);
        }}
      >
        <InputFields fields={fields} draft={draft} autoFocus />
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
