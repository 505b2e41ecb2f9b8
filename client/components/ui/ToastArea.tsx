import { useEffect } from "react";
import { Toaster as Sonner, toast as sonner } from "sonner";
import { deliverTo } from "./notices.ts";

/** Where toasts appear, with those that came before it. */
export function ToastArea({ theme }: { readonly theme: "light" | "dark" }) {
  // After the effects of what is inside: from here on it listens.
  useEffect(() => deliverTo(({ kind, title, options }) => sonner[kind](title, options)), []);
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
