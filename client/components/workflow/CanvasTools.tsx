import { useAtom } from "jotai";
import { Hand, ListTree, MousePointer2, Plus, Redo2, StickyNote, Undo2, Wand } from "lucide-react";
import { useSyncExternalStore } from "react";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { useNarrow } from "#client/hooks/useNarrow.ts";
import { outlineAtom, toolAtom } from "#client/stores/editor.ts";
import { useEditor } from "./EditorContext.ts";

/** The upright bar at the left of the canvas. */
export function CanvasTools() {
  const { actions, document } = useEditor();
  const narrow = useNarrow();
  const [tool, setTool] = useAtom(toolAtom);
  const [outline, setOutline] = useAtom(outlineAtom);
  const { undo } = document;
  const undoLabel = useSyncExternalStore(undo.subscribe, undo.undoLabel);
  const redoLabel = useSyncExternalStore(undo.subscribe, undo.redoLabel);
  if (actions === null) return null;
  return (
    <div
      role="toolbar"
      aria-label="Canvas tools"
      aria-orientation="vertical"
      className="absolute top-3 left-3 z-10 flex flex-col gap-0.5 rounded-md border bg-surface p-1"
    >
      <IconButton
        icon={Plus}
        label="Add a step"
        shortcut="n"
        tooltipSide="right"
        className="bg-accent text-on-accent hover:bg-accent-hover hover:text-on-accent"
        onClick={() => actions.openPalette({ at: null, screen: null, from: null, edgeId: null })}
      />
      {!narrow && (
        <>
          <Gap />
          <IconButton
            icon={MousePointer2}
            label="Select"
            shortcut="v"
            tooltipSide="right"
            active={tool === "pointer"}
            onClick={() => setTool("pointer")}
          />
          <IconButton
            icon={Hand}
            label="Move the canvas"
            shortcut="h"
            tooltipSide="right"
            active={tool === "hand"}
            onClick={() => setTool("hand")}
          />
        </>
      )}
      {!narrow && (
        <>
          <Gap />
          <IconButton
            icon={StickyNote}
            label="Add a note"
            shortcut="shift+s"
            tooltipSide="right"
            onClick={() => actions.addNote(null)}
          />
          <IconButton icon={Wand} label="Tidy up" shortcut="shift+l" tooltipSide="right" onClick={actions.tidy} />
          <IconButton
            icon={ListTree}
            label="Outline"
            shortcut="o"
            tooltipSide="right"
            active={outline}
            onClick={() => setOutline(!outline)}
          />
        </>
      )}
      <Gap />
      <IconButton
        icon={Undo2}
        label={undoLabel === null ? "Nothing to undo" : `Undo ${undoLabel}`}
        shortcut="mod+z"
        tooltipSide="right"
        disabled={undoLabel === null}
        onClick={actions.undo}
      />
      <IconButton
        icon={Redo2}
        label={redoLabel === null ? "Nothing to redo" : `Redo ${redoLabel}`}
        shortcut="mod+shift+z"
        tooltipSide="right"
        disabled={redoLabel === null}
        onClick={actions.redo}
      />
    </div>
  );
}

const Gap = () => <div aria-hidden className="mx-1 my-0.5 h-px bg-line" />;
