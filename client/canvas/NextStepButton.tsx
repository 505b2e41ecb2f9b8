import { Plus } from "lucide-react";
import { useCanvas } from "./canvasContext.ts";
import type { PlacedPort } from "./geometry.ts";

interface NextStepsProps {
  readonly nodeId: string;
  readonly placed: readonly PlacedPort[];
  /** Output ports that have an edge, joined by commas. */
  readonly connected: string;
}

/** The + on each output that leads nowhere yet. An error may lead nowhere. */
export function NextSteps({ nodeId, placed, connected }: NextStepsProps) {
  const { actions } = useCanvas();
  if (actions === null) return null;
  const taken = connected.split(",");
  return placed
    .filter(({ side, port }) => side === "output" && !taken.includes(port.name))
    .map((each) => <NextStepButton key={each.port.name} nodeId={nodeId} placed={each} />);
}

function NextStepButton({ nodeId, placed }: { readonly nodeId: string; readonly placed: PlacedPort }) {
  const { actions } = useCanvas();
  const { port, x, y } = placed;
  return (
    <button
      type="button"
      tabIndex={-1}
      className="next-step nodrag nopan"
      data-inside={placed.inside || undefined}
      style={{ top: y, left: x }}
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
