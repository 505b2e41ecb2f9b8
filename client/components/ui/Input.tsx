import type { ComponentProps } from "react";
import { classes } from "./classes.ts";

/** Border, fill, hover, focus and error look shared by everything one types into or picks from. */
export const fieldClasses = classes(
  "w-full rounded-sm border border-line-strong bg-surface text-text transition-colors",
  "hover:border-faint focus:border-focus focus:outline-2 focus:outline-focus/25 focus:outline-offset-0",
  "disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-danger aria-invalid:focus:outline-danger/25",
);

export function Input({ className, ...native }: ComponentProps<"input">) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      {...native}
      className={classes(fieldClasses, "h-8 px-2.5 text-sm", className)}
    />
  );
}

export function Textarea({ className, ...native }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={3}
      {...native}
      className={classes(fieldClasses, "resize-y px-2.5 py-1.5 text-sm leading-5", className)}
    />
  );
}
