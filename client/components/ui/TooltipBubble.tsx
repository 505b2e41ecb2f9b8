import { Tooltip as Primitive } from "radix-ui";
import { useEffect, useRef } from "react";
import { Kbd } from "./Kbd.tsx";
import { type TooltipSide, tooltipAttributes } from "./Tooltip.tsx";

interface TooltipBubbleProps {
  readonly owner: HTMLElement;
  readonly onClose: () => void;
}

const sides: readonly TooltipSide[] = ["top", "right", "bottom", "left"];

/** Words beside their owner. The anchor lies over the owner, so that the owner need not know of it. */
export function TooltipBubble({ owner, onClose }: TooltipBubbleProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const { left, top, width, height } = owner.getBoundingClientRect();
  const label = owner.getAttribute(tooltipAttributes.label) ?? "";
  const keys = owner.getAttribute(tooltipAttributes.keys);
  const side = sides.find((each) => each === owner.getAttribute(tooltipAttributes.side));
  useEffect(() => {
    const id = anchor.current?.getAttribute("aria-describedby");
    // What is its name already need not be said twice.
    if (!id || owner.getAttribute("aria-label") === label || owner.hasAttribute("aria-describedby")) return;
    owner.setAttribute("aria-describedby", id);
    return () => owner.removeAttribute("aria-describedby");
  }, [owner, label]);
  return (
    <Primitive.Provider>
      <Primitive.Root open onOpenChange={(open) => !open && onClose()}>
        <Primitive.Trigger asChild>
          <span
            ref={anchor}
            tabIndex={-1}
            className="pointer-events-none fixed"
            style={{ left, top, width, height }}
            aria-hidden
          />
        </Primitive.Trigger>
        <Primitive.Portal>
          <Primitive.Content
            side={side ?? "bottom"}
            sideOffset={6}
            collisionPadding={8}
            className="pointer-events-none z-50 flex max-w-72 animate-fade select-none items-center gap-2 rounded-sm bg-inverse px-2 py-1 text-on-inverse text-xs"
          >
            {label}
            {keys && <Kbd keys={keys} tone="inverse" />}
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </Primitive.Provider>
  );
}
