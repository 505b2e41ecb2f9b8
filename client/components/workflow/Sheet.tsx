import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "#client/components/ui/IconButton.tsx";

interface SheetProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly children: ReactNode;
}

/** On a narrow screen: what stands beside the canvas otherwise, drawn up from below. */
export function Sheet({ open, onOpenChange, title, children }: SheetProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          // The sheet itself, not its first button: a phone would show a tooltip or a keyboard.
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
          data-inspector
          className="fixed inset-x-0 bottom-0 z-40 flex h-[82dvh] animate-rise flex-col rounded-t-lg bg-surface shadow-float outline-none"
        >
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          <Dialog.Close asChild>
            <IconButton icon={X} label="Close" className="absolute top-2 right-2 z-10" />
          </Dialog.Close>
          <div className="flex min-h-0 flex-1 flex-col pt-1">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
