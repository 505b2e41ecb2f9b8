import { Handle, Position } from "@xyflow/react";
import type { CSSProperties } from "react";
import { type CanvasPort, handleOffset, type PlacedPort } from "./geometry.ts";

/** A port's handle. Its shape is the port's type; an error port is red, one that only an edge knows is hollow. */
export function PortHandle({ placed, editable }: { readonly placed: PlacedPort; readonly editable: boolean }) {
  const { port, side, inside, x, y } = placed;
  const style: CSSProperties = inside
    ? { top: y, left: x, right: "auto", transform: "translate(-50%, -50%)" }
    : { top: y };
  return (
    <Handle
      id={port.name}
      type={side === "input" ? "target" : "source"}
      position={side === "input" ? Position.Left : Position.Right}
      isConnectable={editable}
      className="port-handle"
      data-port-type={port.type}
      data-port-state={port.state}
      data-multiple={port.multiple === true || undefined}
      style={style}
    />
  );
}

interface PortColumnProps {
  readonly placed: readonly PlacedPort[];
  readonly side: "input" | "output";
  readonly editable: boolean;
}

/** The outer ports of one side of a card's or frame's head. */
export function PortColumn({ placed, side, editable }: PortColumnProps) {
  return (
    <div className={`agent-card-column agent-card-column-${side}`}>
      {placed
        .filter((each) => each.side === side && !each.inside)
        .map((each, index) => (
          <div
            key={each.port.name}
            className="agent-card-port"
            data-port-state={each.port.state}
            title={portTitle(each.port)}
            // An error port stands in the last row, below an empty one where the other side has more.
            style={{ marginTop: each.y - handleOffset(index) }}
          >
            <PortHandle placed={each} editable={editable} />
            <span className="truncate">{each.port.label}</span>
          </div>
        ))}
    </div>
  );
}

export function portTitle(port: CanvasPort): string {
  if (port.state === "lost") return `${port.label}: this port is gone. Connect it anew.`;
  const kind = port.multiple === true ? `${port.type}, several connections` : port.type;
  return `${port.label} (${kind})${port.description === "" ? "" : `\n${port.description}`}`;
}
