import { useAtom, useAtomValue } from "jotai";
import { Map as MapIcon, Maximize, Minus, Plus } from "lucide-react";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Tooltip } from "#client/components/ui/Tooltip.tsx";
import { useNarrow } from "#client/hooks/useNarrow.ts";
import { minimapAtom, zoomAtom } from "#client/stores/editor.ts";
import { useEditor } from "./EditorContext.ts";

export function ZoomControls() {
  const { canvas } = useEditor();
  const narrow = useNarrow();
  const zoom = useAtomValue(zoomAtom);
  const [minimap, setMinimap] = useAtom(minimapAtom);
  return (
    <div
      role="toolbar"
      aria-label="Zoom"
      className="absolute bottom-3 left-3 z-10 flex items-center gap-0.5 rounded-md border bg-surface p-0.5"
    >
      <IconButton
        icon={Minus}
        label="Zoom out"
        shortcut="-"
        tooltipSide="top"
        onClick={() => canvas.current?.zoomOut()}
      />
      <Tooltip label="Zoom to 100 %" shortcut="0" side="top">
        <button
          type="button"
          className="tabular h-8 w-12 rounded-sm text-center text-muted text-xs hover:bg-hover hover:text-text"
          onClick={() => canvas.current?.zoomTo(1)}
        >
          {Math.round(zoom * 100)} %
        </button>
      </Tooltip>
      <IconButton icon={Plus} label="Zoom in" shortcut="=" tooltipSide="top" onClick={() => canvas.current?.zoomIn()} />
      <IconButton icon={Maximize} label="Fit" shortcut="1" tooltipSide="top" onClick={() => canvas.current?.fit()} />
      {!narrow && (
        <IconButton
          icon={MapIcon}
          label="Minimap"
          tooltipSide="top"
          active={minimap}
          onClick={() => setMinimap(!minimap)}
        />
      )}
    </div>
  );
}
