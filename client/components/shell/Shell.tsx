import { useAtom } from "jotai";
import { type ReactNode, useEffect } from "react";
import { lazyPart, whenIdle } from "#client/hooks/lazyPart.tsx";
import { useCommandKeys } from "#client/hooks/useCommandKeys.ts";
import { overlayAtom } from "#client/stores/commands.ts";
import { Navigation } from "./Navigation.tsx";
import { OfflinePill } from "./OfflinePill.tsx";
import { useShellCommands } from "./useShellCommands.ts";

const CommandMenu = lazyPart(() => import("./CommandMenu.tsx").then((m) => m.CommandMenu));
const ShortcutsDialog = lazyPart(() => import("./ShortcutsDialog.tsx").then((m) => m.ShortcutsDialog));

/** Long after the first view: a key must open them at once. */
const quietMs = 3_000;

/** What stays while pages change: navigation, keys, command menu, notices. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [overlay, setOverlay] = useAtom(overlayAtom);
  useShellCommands();
  useCommandKeys();
  useEffect(
    () =>
      whenIdle(() => {
        CommandMenu.preload();
        ShortcutsDialog.preload();
      }, quietMs),
    [],
  );
  const close = () => setOverlay("none");
  return (
    <div className="flex h-dvh flex-col-reverse overflow-hidden sm:flex-row">
      <a
        href="#content"
        className="sr-only rounded-sm bg-raised px-3 py-2 shadow-float focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to content
      </a>
      <Navigation />
      <main id="content" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface outline-none">
        {children}
      </main>
      <OfflinePill />
      {overlay === "commands" && <CommandMenu onClose={close} onMissing={close} />}
      {overlay === "shortcuts" && <ShortcutsDialog onClose={close} onMissing={close} />}
    </div>
  );
}
