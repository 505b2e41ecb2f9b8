import type { KeyboardEvent, PointerEvent } from "react";

const least = 140;
const step = 24;

/** The upper edge of the run panel: dragged, or moved with the arrow keys. */
export function PanelHandle({
  height,
  onChange,
}: {
  readonly height: number;
  readonly onChange: (height: number) => void;
}) {
  const most = Math.max(least, window.innerHeight - 220);
  const within = (wanted: number) => Math.round(Math.min(most, Math.max(least, wanted)));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    const { currentTarget: handle, pointerId, clientY: from } = event;
    handle.setPointerCapture(pointerId);
    const onMove = (move: globalThis.PointerEvent) => onChange(within(height + from - move.clientY));
    handle.addEventListener("pointermove", onMove);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", onMove), {
      once: true,
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const change = event.key === "ArrowUp" ? step : event.key === "ArrowDown" ? -step : 0;
    if (change === 0) return;
    event.preventDefault();
    onChange(within(height + change));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is a widget, not a rule between paragraphs
    <div
      role="separator"
      aria-label="Height of the run panel"
      aria-orientation="horizontal"
      aria-valuenow={height}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      className="absolute inset-x-0 -top-1 z-10 h-2 cursor-row-resize touch-none after:absolute after:inset-x-0 after:top-[3px] after:h-0.5 hover:after:bg-accent focus-visible:after:bg-accent"
    />
  );
}
