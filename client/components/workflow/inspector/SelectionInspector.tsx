import { Copy, Power, Trash2, Wand } from "lucide-react";
import { Button } from "#client/components/ui/Button.tsx";
import { useEditor } from "../EditorContext.ts";

/** Several things are selected: what can be done with all of them. */
export function SelectionInspector({ count }: { readonly count: number }) {
  const { actions } = useEditor();
  return (
    <div className="flex flex-col gap-2 p-4">
      <h2 className="mb-1 font-semibold text-base">{count} selected</h2>
      {actions !== null && (
        <>
          <Button icon={Copy} shortcut="mod+d" className="justify-start" onClick={actions.duplicateSelected}>
            Duplicate
          </Button>
          <Button icon={Power} shortcut="d" className="justify-start" onClick={actions.toggleSelected}>
            Disable or enable
          </Button>
          <Button icon={Wand} shortcut="shift+l" className="justify-start" onClick={actions.tidy}>
            Tidy up
          </Button>
          <Button
            icon={Trash2}
            shortcut="Delete"
            className="justify-start"
            onClick={() => actions.removeSelected(false)}
          >
            Delete
          </Button>
        </>
      )}
    </div>
  );
}
