import { Field } from "#client/components/ui/Field.tsx";
import { Textarea } from "#client/components/ui/Input.tsx";
import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import { useEditor, useGraph } from "../EditorContext.ts";
import { DayFields } from "./DayFields.tsx";
import { LimitFields } from "./LimitFields.tsx";
import { ScheduleLine } from "./ScheduleLine.tsx";

/** Settings of the workflow itself, while nothing is selected. */
export function WorkflowInspector() {
  const { workflowId, actions } = useEditor();
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
        <ScheduleLine workflowId={workflowId} />
        <LimitFields settings={settings} />
        <DayFields workflowId={workflowId} />
        <p className="text-faint text-xs">
          Select a step to change its settings. Press <kbd>?</kbd> for every key.
        </p>
      </div>
    </div>
  );
}
