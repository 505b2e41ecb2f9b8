import { ViewportPortal } from "@xyflow/react";
import { type CSSProperties, memo } from "react";
import type { Point } from "./canvasContext.ts";

export interface RemoteCursor {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly at: Point;
}

/** Pointers of the other people, in canvas coordinates, the same size at every zoom. */
export const RemoteCursors = memo(function RemoteCursors({ cursors }: { cursors: readonly RemoteCursor[] }) {
  return (
    <ViewportPortal>
      {cursors.map((cursor) => (
        <div
          key={cursor.id}
          className="remote-cursor"
          data-name={cursor.name}
          style={
            { "--visitor": cursor.color, transform: `translate(${cursor.at.x}px, ${cursor.at.y}px)` } as CSSProperties
          }
          aria-hidden
        >
          <div className="remote-cursor-fixed">
            <svg width="16" height="18" viewBox="0 0 16 18" aria-hidden="true">
              <path
                d="M1 1l13.2 6.6-5.7 1.9-2.6 5.6z"
                fill="var(--visitor)"
                stroke="var(--surface)"
                strokeWidth="1.2"
              />
            </svg>
            <span>{cursor.name}</span>
          </div>
        </div>
      ))}
    </ViewportPortal>
  );
});
