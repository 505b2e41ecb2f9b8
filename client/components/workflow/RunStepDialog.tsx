import { Play } from "lucide-react";
import { useState } from "react";
import { LargeInput } from "#client/components/monitoring/LargeInput.tsx";
import { Button } from "#client/components/ui/Button.tsx";
import { Dialog } from "#client/components/ui/Dialog.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { Textarea } from "#client/components/ui/Input.tsx";
import { matchesKeys } from "#client/components/ui/keys.ts";
import { useEditableValue } from "#client/hooks/useEditableValue.ts";
import { isJsonObject, type JsonObject } from "#src/json.ts";
import { useEditor, useGraph } from "./EditorContext.ts";
import { useLatestExecution, useLatestExecutionId } from "./LatestExecution.ts";
import { useStepRuns } from "./useStepRuns.ts";

/** What goes into a step that is run alone: as in the last run, or something else. */
export function RunStepDialog({ nodeId, onClose }: { readonly nodeId: string; readonly onClose: () => void }) {
  const { definitions } = useEditor();
  // The run on screen may become another one meanwhile; this stays about the one that it began with.
  const [[latest, latestId]] = useState([useLatestExecution(), useLatestExecutionId()] as const);
  const { runAsIn, runWith } = useStepRuns();
  const node = useGraph().nodes.find(({ id }) => id === nodeId);
  const ports = definitions(node?.agent ?? "")?.inputs ?? [];
  const empty = Object.fromEntries(ports.map(({ name, multiple }) => [name, multiple === true ? [] : null]));
  const input = useEditableValue(latestId, latest?.steps[nodeId]?.inputs ?? empty);
  const parsed = read(input.text ?? "{}");
  const go = () => {
    if ("problem" in parsed) return;
    // What is not loaded is what the server has of the run whose values are shown.
    if (input.text !== null) runWith(nodeId, parsed.value);
    else if (latestId !== null) runAsIn(latestId, nodeId);
    onClose();
  };
  return (
    <Dialog
      open
      width="md"
      onOpenChange={(open) => !open && onClose()}
      title={`Run “${node?.name ?? nodeId}” alone`}
      description="Only this step runs. What it reads of other steps is taken from the last run."
      actions={
        <Button variant="primary" icon={Play} shortcut="mod+Enter" disabled={"problem" in parsed} onClick={go}>
          Run step
        </Button>
      }
    >
      <Field
        label="What goes into the step"
        hint="A value for each port."
        error={"problem" in parsed ? parsed.problem : null}
      >
        {(control) =>
          input.text === null ? (
            <LargeInput input={input} />
          ) : (
            <Textarea
              {...control}
              rows={12}
              // Whoever loaded it stands in it then: the button that they pressed is gone.
              autoFocus={input.bytes > 0}
              spellCheck={false}
              className="font-mono text-xs"
              value={input.text}
              onChange={(event) => input.setText(event.target.value)}
              onKeyDown={(event) => {
                if (matchesKeys(event.nativeEvent, "mod+Enter")) go();
              }}
            />
          )
        }
      </Field>
    </Dialog>
  );
}

function read(text: string): { readonly value: JsonObject } | { readonly problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? { value } : { problem: "The inputs are an object with a value for each port." };
  } catch (error) {
    return { problem: `This is not JSON: ${error instanceof Error ? error.message : "it cannot be read"}.` };
  }
}
