import { Plus } from "lucide-react";
import { useEditor } from "./EditorContext.ts";

/** The one box on a canvas without anything. */
export function EmptyCanvas() {
  const { actions } = useEditor();
  if (actions === null) {
    return (
      <p className="pointer-events-none absolute inset-0 grid place-items-center text-faint">Nothing is here yet.</p>
    );
  }
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center">
      <button
        type="button"
        onClick={() => actions.openPalette({ at: null, screen: null, from: null, edgeId: null })}
        className="group pointer-events-auto flex w-62 animate-rise flex-col items-center gap-2 rounded-lg border-2 border-line-strong border-dashed px-6 py-7 text-muted transition-colors hover:border-accent hover:text-text"
      >
        <span className="flex size-9 items-center justify-center rounded-md border bg-surface text-faint transition-colors group-hover:border-accent group-hover:bg-accent group-hover:text-on-accent">
          <Plus aria-hidden size={18} />
        </span>
        <span className="font-medium text-sm">Add the first step</span>
        <span className="text-balance text-center text-faint text-xs">
          Or paste a workflow&apos;s JSON onto the canvas.
        </span>
      </button>
    </div>
  );
}
