import { cloneElement, type ReactElement } from "react";

export interface TooltipProps {
  readonly label: string;
  readonly shortcut?: string | undefined;
  readonly side?: TooltipSide;
  /** One element that hands `data-` attributes on to the page. */
  readonly children: ReactElement<object>;
}

export type TooltipSide = "top" | "right" | "bottom" | "left";

/** Marks an element as having a tooltip; `TooltipLayer` shows it. Costs nothing until somebody points at it. */
export function Tooltip({ label, shortcut, side = "bottom", children }: TooltipProps) {
  return cloneElement<object>(children, {
    [tooltipAttributes.label]: label,
    [tooltipAttributes.keys]: shortcut,
    [tooltipAttributes.side]: side,
  } as object);
}

export const tooltipAttributes = {
  label: "data-tooltip",
  keys: "data-tooltip-keys",
  side: "data-tooltip-side",
} as const;
