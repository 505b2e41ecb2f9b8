import { useEffect, useState } from "react";
import { lazyPart } from "#client/hooks/lazyPart.tsx";
import { tooltipAttributes } from "./Tooltip.tsx";

const TooltipBubble = lazyPart(() => import("./TooltipBubble.tsx").then((m) => m.TooltipBubble));

/** How long the pointer rests before the first one opens; the next ones open at once while one was there just now. */
const restMs = 400;
const stillWarmMs = 200;

/** The one tooltip of the page: of what the pointer rests on, or what the keyboard reached. */
export function TooltipLayer() {
  const [owner, setOwner] = useState<HTMLElement | null>(null);
  useEffect(() => follow(setOwner), []);
  return owner === null ? null : <TooltipBubble key={keyOf(owner)} owner={owner} onClose={() => setOwner(null)} />;
}

const keyOf = (owner: HTMLElement): string => owner.getAttribute(tooltipAttributes.label) ?? "";

const ownerOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>(`[${tooltipAttributes.label}]`) : null;

function follow(show: (owner: HTMLElement | null) => void): () => void {
  let pointed: HTMLElement | null = null;
  let shown: HTMLElement | null = null;
  let closedAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const set = (owner: HTMLElement | null) => {
    clearTimeout(timer);
    if (shown !== null && owner === null) closedAt = performance.now();
    shown = owner;
    show(owner);
  };
  const onPointerOver = (event: PointerEvent) => {
    const owner = event.pointerType === "touch" ? null : ownerOf(event.target);
    if (owner === pointed) return;
    pointed = owner;
    set(null);
    if (owner === null) return;
    if (performance.now() - closedAt < stillWarmMs) set(owner);
    else timer = setTimeout(() => owner.isConnected && set(owner), restMs);
  };
  const onFocus = (event: FocusEvent) => {
    const owner = ownerOf(event.target);
    if (owner?.matches(":focus-visible")) set(owner);
  };
  const close = () => set(null);
  const onPointerDown = () => {
    close();
    closedAt = Number.NEGATIVE_INFINITY;
  };

  const leave = new AbortController();
  const options = { capture: true, passive: true, signal: leave.signal };
  document.addEventListener("pointerover", onPointerOver, options);
  document.addEventListener("pointerdown", onPointerDown, options);
  document.addEventListener("focusin", onFocus, options);
  document.addEventListener("focusout", close, options);
  document.addEventListener("keydown", close, options);
  document.documentElement.addEventListener("pointerleave", close, { signal: leave.signal });
  return () => {
    clearTimeout(timer);
    leave.abort();
  };
}
