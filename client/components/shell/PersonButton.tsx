import type { ComponentProps } from "react";
import { Avatar } from "../ui/Avatar.tsx";

/** One's own face: opens the menu of account and appearance. */
export function PersonButton({ name, ...native }: ComponentProps<"button"> & { readonly name: string }) {
  return (
    <button
      type="button"
      aria-haspopup="menu"
      {...native}
      aria-label={`${name}: account and appearance`}
      className="flex size-8 items-center justify-center rounded-sm hover:bg-hover data-[state=open]:bg-hover"
    >
      <Avatar name={name} size={22} />
    </button>
  );
}
