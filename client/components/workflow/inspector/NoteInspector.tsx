import { Field } from "#client/components/ui/Field.tsx";
import { Textarea } from "#client/components/ui/Input.tsx";
import type { GraphNote } from "#src/schemas/graph.ts";
import { useEditor } from "../EditorContext.ts";

export function NoteInspector({ note }: { readonly note: GraphNote }) {
  const { actions } = useEditor();
  return (
    <div className="flex flex-col gap-5 p-4">
      <h2 className="font-semibold text-base">Note</h2>
      <Field label="Text" hint="For people only: it changes nothing in a run.">
        {(control) => (
          <Textarea
            {...control}
            rows={8}
            value={note.text}
            readOnly={actions === null}
            onChange={(event) => actions?.writeNote(note.id, event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}
