import type { ReactNode } from "react";
import { classes } from "./classes.ts";

const tones = {
  neutral: "bg-idle-soft text-muted",
  accent: "bg-accent-soft text-accent-text",
  success: "bg-success-soft text-success",
  danger: "bg-danger-soft text-danger",
  warning: "bg-warning-soft text-warning",
} as const;
export type BadgeTone = keyof typeof tones;

export function Badge({ tone = "neutral", children }: { readonly tone?: BadgeTone; readonly children: ReactNode }) {
  return (
    <span
      className={classes(
        "tabular inline-flex h-5 shrink-0 items-center gap-1 rounded-xs px-1.5 font-medium text-2xs",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
