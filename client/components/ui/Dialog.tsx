import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { Button } from "./Button.tsx";
import { classes } from "./classes.ts";
import { IconButton } from "./IconButton.tsx";

const widths = { sm: "max-w-105", md: "max-w-140", lg: "max-w-220" } as const;

/** Focus goes to the first thing to do, not to the cross that closes. */
function focusContent(event: Event): void {
  const dialog = event.currentTarget;
  if (!(dialog instanceof HTMLElement)) return;
  event.preventDefault();
  const first = dialog.querySelector<HTMLElement>(
    ":is([data-body], footer) :is(input, textarea, button, a, [tabindex])",
  );
  (first ?? dialog).focus();
}

export interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly width?: keyof typeof widths;
  readonly children?: ReactNode;
  /** False: only what the dialog offers leads out of it. */
  readonly closable?: boolean;
  /** Buttons at the foot, the safe one first. */
  readonly actions?: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, width = "sm", closable = true, children, actions } = props;
  const opener = useRef<Element | null>(null);
  return (
    <Primitive.Root open={open} onOpenChange={(next) => (next || closable) && onOpenChange(next)}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 grid animate-fade place-items-center overflow-y-auto bg-overlay p-4">
          <Primitive.Content
            {...(description ? {} : { "aria-describedby": undefined })}
            onOpenAutoFocus={(event) => {
              opener.current = document.activeElement;
              focusContent(event);
            }}
            // Radix would look for its own trigger, and there is none.
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
            }}
            className={classes(
              "flex max-h-[calc(100dvh-32px)] w-full animate-in flex-col rounded-lg bg-raised shadow-float outline-none",
              widths[width],
            )}
          >
            <header className="flex items-start justify-between gap-3 px-5 pt-4 pb-3">
              <div>
                <Primitive.Title className="font-semibold text-base">{title}</Primitive.Title>
                {description && (
                  <Primitive.Description className="mt-1 text-muted text-sm">{description}</Primitive.Description>
                )}
              </div>
              {closable && (
                <Primitive.Close asChild>
                  <IconButton icon={X} label="Close" shortcut="Escape" className="-mr-2 -mt-1" />
                </Primitive.Close>
              )}
            </header>
            {children && (
              <div data-body className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">
                {children}
              </div>
            )}
            {actions && <footer className="flex justify-end gap-2 border-t px-5 py-3">{actions}</footer>}
          </Primitive.Content>
        </Primitive.Overlay>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export interface ConfirmDialogProps extends Omit<DialogProps, "children" | "actions"> {
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  readonly busy?: boolean;
}

/** For what cannot be undone; everything else acts at once and offers Undo in a toast. */
export function ConfirmDialog({ confirmLabel, onConfirm, busy = false, ...dialog }: ConfirmDialogProps) {
  return (
    <Dialog
      {...dialog}
      actions={
        <>
          <Button onClick={() => dialog.onOpenChange(false)}>Keep</Button>
          <Button variant="danger" busy={busy} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    />
  );
}
