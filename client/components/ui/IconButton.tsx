import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "./classes.ts";
import { ariaKeys } from "./keys.ts";
import { Tooltip, type TooltipProps } from "./Tooltip.tsx";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  readonly icon: LucideIcon;
  /** What it does: its accessible name and its tooltip. */
  readonly label: string;
  readonly shortcut?: string;
  readonly tooltipSide?: TooltipProps["side"];
  readonly size?: "sm" | "md";
  /** Pressed look for a button that stays down (`aria-pressed`). */
  readonly active?: boolean;
}

export function IconButton(props: IconButtonProps) {
  const { icon: Icon, label, shortcut, tooltipSide = "bottom", size = "md", active, ...native } = props;
  return (
    <Tooltip label={label} shortcut={shortcut} side={tooltipSide}>
      <button
        type="button"
        {...native}
        aria-label={label}
        aria-keyshortcuts={shortcut ? ariaKeys(shortcut) : undefined}
        aria-pressed={active}
        className={classes(
          "inline-flex shrink-0 items-center justify-center rounded-sm text-muted transition-colors",
          "hover:bg-hover hover:text-text active:bg-pressed data-[state=open]:bg-hover data-[state=open]:text-text",
          "disabled:pointer-events-none disabled:opacity-40",
          active === true && "bg-pressed text-text",
          size === "md" ? "size-8" : "size-6",
          native.className,
        )}
      >
        <Icon aria-hidden size={size === "md" ? 16 : 14} strokeWidth={1.75} />
      </button>
    </Tooltip>
  );
}
