import { Field } from "#client/components/ui/Field.tsx";
import { Textarea } from "#client/components/ui/Input.tsx";
import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import { setSettings } from "#src/document/commands/settings.ts";
import { useEditor, useGraph } from "../EditorContext.ts";
import { attempt } from "../editorActions.ts";
import { DurationInput } from "./DurationInput.tsx";

/** Settings of the workflow itself, while nothing is selected. */
export function WorkflowInspector() {
  const { workflowId, document, actions } = useEditor();
  const { nodes, edges, notes, settings } = useGraph();
  const workflow = trpc.workflows.get.useQuery({ id: workflowId });
  const cache = trpc.useUtils();
  const update = trpc.workflows.update.useMutation({
    onSuccess: (saved) => cache.workflows.get.setData({ id: workflowId }, saved),
    onError: (error) => toast.error("The description was not saved.", { description: readError(error).message }),
  });
  const description = workflow.data?.description ?? "";
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <header className="px-4 pt-4 pb-1">
        <h2 className="font-semibold text-base">Workflow</h2>
        <p className="tabular text-faint text-xs">
          {nodes.length} {nodes.length === 1 ? "step" : "steps"} · {edges.length}{" "}
          {edges.length === 1 ? "connection" : "connections"}
          {notes.length > 0 && ` · ${notes.length} ${notes.length === 1 ? "note" : "notes"}`}
        </p>
      </header>
      <div className="flex flex-col gap-5 p-4">
        <Field label="Description" hint="What it is for; shown in the list of workflows.">
          {(control) => (
            <Textarea
              {...control}
              key={description}
              defaultValue={description}
              readOnly={actions === null}
              maxLength={2_000}
              placeholder="None yet"
              onBlur={(event) => {
                const next = event.target.value.trim();
                if (next !== description) update.mutate({ id: workflowId, description: next });
              }}
            />
          )}
        </Field>
        <Field label="Time limit of a run" hint="A run that takes longer fails. 500 ms, 30 s, 5 m, 2 h.">
          {(control) => (
            <DurationInput
              control={control}
              value={settings.timeoutMs}
              max={2_592_000_000}
              disabled={actions === null}
              onChange={(timeoutMs) =>
                attempt(() => setSettings(document.editing, { timeoutMs: timeoutMs ?? 3_600_000 }))
              }
            />
          )}
        </Field>
        <p className="text-faint text-xs">
          Select a step to change its settings. Press <kbd>?</kbd> for every key.
        </p>
      </div>
    </div>
  );
}
