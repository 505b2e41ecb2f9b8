import { Toaster as Sonner, toast as sonner } from "sonner";

/** Where toasts appear: once, in `app.tsx`. */
export function Toaster({ theme }: { readonly theme: "light" | "dark" }) {
  return (
    <Sonner
      theme={theme}
      position="bottom-right"
      gap={8}
      offset={16}
      mobileOffset={{ bottom: 68, left: 12, right: 12 }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full items-center gap-3 rounded-md bg-raised px-3 py-2.5 text-text text-sm shadow-float sm:w-90 font-sans",
          title: "font-medium",
          description: "text-muted text-xs",
          content: "min-w-0 flex-1",
          icon: "shrink-0 [&>svg]:size-4",
          actionButton: "h-7 shrink-0 rounded-sm px-2 font-medium text-accent-text text-xs hover:bg-hover",
          error: "[&_[data-icon]]:text-danger",
          success: "[&_[data-icon]]:text-success",
        },
      }}
    />
  );
}

interface ToastOptions {
  readonly description?: string;
  /** What the one button does, e.g. Undo. */
  readonly action?: { readonly label: string; readonly onClick: () => void };
  /** In milliseconds; default 4 s, 8 s with an action. */
  readonly duration?: number;
}

function show(kind: "message" | "success" | "error", title: string, options: ToastOptions = {}): void {
  const { description, action, duration = action ? 8_000 : 4_000 } = options;
  sonner[kind](title, { duration, ...(description ? { description } : {}), ...(action ? { action } : {}) });
}

/** A short notice at the corner, read out politely. */
export const toast = {
  message: (title: string, options?: ToastOptions) => show("message", title, options),
  success: (title: string, options?: ToastOptions) => show("success", title, options),
  error: (title: string, options?: ToastOptions) => show("error", title, options),
};
