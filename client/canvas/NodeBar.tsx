import { Copy, type LucideIcon, Power, Trash2 } from "lucide-react";
import type { GraphNode } from "#src/schemas/graph.ts";
import { useCanvas } from "./canvasContext.ts";

/** Appears above a card on hover, and while it is the selected one. */
export function NodeBar({ node, shown }: { node: GraphNode; shown: boolean }) {
  const { actions } = useCanvas();
  if (actions === null) return null;
  return (
    <div className="node-bar nodrag nopan" data-shown={shown || undefined}>
      <div className="node-bar-buttons" role="toolbar" aria-label={`Actions for ${node.name}`}>
        <BarButton icon={Copy} label="Duplicate" keys="Ctrl+D" run={() => actions.duplicate([node.id])} />
        <BarButton
          icon={Power}
          label={node.disabled === true ? "Enable" : "Disable"}
          keys="D"
          run={() => actions.toggleDisabled([node.id])}
        />
        <BarButton icon={Trash2} label="Delete" keys="Del" run={() => actions.remove([node.id])} />
      </div>
    </div>
  );
}

function BarButton(props: { icon: LucideIcon; label: string; keys: string; run: () => void }) {
  const { icon: Icon, label, keys, run } = props;
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={label}
      title={`${label} (${keys})`}
      className="flex size-6 items-center justify-center rounded-xs text-muted hover:bg-hover hover:text-text"
      onClick={(event) => {
        event.stopPropagation();
        run();
      }}
    >
      <Icon size={14} aria-hidden />
    </button>
  );
}
