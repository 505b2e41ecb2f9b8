import { Plus } from "lucide-react";
import type { PortDefinition } from "#src/schemas/agent.ts";
import { useCanvas } from "./canvasContext.ts";

/** The + on an output that leads nowhere yet. */
export function NextStepButton({ nodeId, port, top }: { nodeId: string; port: PortDefinition; top: number }) {
  const { actions } = useCanvas();
  return (
    <button
      type="button"
      tabIndex={-1}
      className="next-step nodrag nopan"
      style={{ top }}
      aria-label={`Add a step after ${port.label}`}
      title="Add the next step"
      onClick={(event) => {
        event.stopPropagation();
        const box = event.currentTarget.getBoundingClientRect();
        actions?.openPalette({
          at: null,
          screen: { x: box.right + 8, y: box.top },
          from: { nodeId, port: port.name, side: "output" },
          edgeId: null,
        });
      }}
    >
      <span className="next-step-line" aria-hidden />
      <span className="next-step-plus" aria-hidden>
        <Plus size={12} strokeWidth={2.5} />
      </span>
    </button>
  );
}
