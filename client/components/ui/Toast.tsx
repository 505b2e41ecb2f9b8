import { useEffect, useState } from "react";
import { lazyPart, whenIdle } from "#client/hooks/lazyPart.tsx";
import { type Notice, type NoticeOptions, onFirstNotice, tell } from "./notices.ts";

function show(kind: Notice["kind"], title: string, options: NoticeOptions = {}): void {
  const { description, action, duration = action ? 8_000 : 4_000 } = options;
  tell({
    kind,
    title,
    options: { duration, ...(description ? { description } : {}), ...(action ? { action } : {}) },
  });
}

/** A short notice at the corner, read out politely. */
export const toast = {
  message: (title: string, options?: NoticeOptions) => show("message", title, options),
  success: (title: string, options?: NoticeOptions) => show("success", title, options),
  error: (title: string, options?: NoticeOptions) => show("error", title, options),
};

const ToastArea = lazyPart(() => import("./ToastArea.tsx").then((m) => m.ToastArea));

/** Long after a first view, so that it does not weigh on one. */
const quietMs = 5_000;

/** Where toasts appear: once, in `app.tsx`. Loaded when the browser is idle, or with the first of them. */
export function Toaster({ theme }: { readonly theme: "light" | "dark" }) {
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    const open = () => setWanted(true);
    const stopAsking = onFirstNotice(open);
    const stopWaiting = whenIdle(open, quietMs);
    return () => {
      stopAsking();
      stopWaiting();
    };
  }, []);
  return wanted && <ToastArea theme={theme} />;
}
