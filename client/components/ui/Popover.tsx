import { Popover as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";

export interface PopoverProps {
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly align?: "start" | "center" | "end";
  readonly side?: "top" | "right" | "bottom" | "left";
  readonly label: string;
  readonly className?: string;
}

export function Popover(props: PopoverProps) {
  const { trigger, children, open, onOpenChange, align = "start", side = "bottom", label, className } = props;
  return (
    <Primitive.Root {...(open === undefined ? {} : { open })} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={classes("z-50 animate-in rounded-md bg-raised p-3 shadow-float outline-none", className)}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
