import { useSetAtom } from "jotai";
import { Command as CommandIcon, Keyboard, LogOut, Monitor, Moon, Plus, Sun } from "lucide-react";
import { useMemo } from "react";
import { useLocation } from "wouter";
import { useCommands } from "#client/hooks/useCommands.ts";
import { useCreateWorkflow } from "#client/hooks/useCreateWorkflow.ts";
import { useMay } from "#client/hooks/useSession.ts";
import { useSignOut } from "#client/hooks/useSignOut.ts";
import { type Command, overlayAtom } from "#client/stores/commands.ts";
import { type ThemeChoice, themeChoiceAtom } from "#client/stores/theme.ts";
import { destinations } from "./destinations.ts";

const themes: readonly { choice: ThemeChoice; label: string; icon: typeof Sun }[] = [
  { choice: "light", label: "Use the light theme", icon: Sun },
  { choice: "dark", label: "Use the dark theme", icon: Moon },
  { choice: "system", label: "Follow the system's theme", icon: Monitor },
];

/** The commands that exist on every page. */
export function useShellCommands(): void {
  const [, navigate] = useLocation();
  const setOverlay = useSetAtom(overlayAtom);
  const setTheme = useSetAtom(themeChoiceAtom);
  const signOut = useSignOut();
  const { create } = useCreateWorkflow();
  const mayEdit = useMay("editor");
  const commands = useMemo<readonly Command[]>(
    () => [
      {
        id: "shell.commands",
        label: "Search and commands",
        group: "General",
        icon: CommandIcon,
        shortcut: "mod+k",
        whileTyping: true,
        keyOnly: true,
        run: () => setOverlay("commands"),
      },
      {
        id: "shell.shortcuts",
        label: "Keyboard shortcuts",
        group: "General",
        icon: Keyboard,
        shortcut: "?",
        run: () => setOverlay("shortcuts"),
      },
      {
        id: "workflow.create",
        label: "New workflow",
        group: "General",
        icon: Plus,
        enabled: mayEdit,
        keywords: "create add",
        run: create,
      },
      ...destinations.map(({ href, label, icon, shortcut }) => ({
        id: `go.${href}`,
        label: `Go to ${label}`,
        group: "Navigation",
        icon,
        shortcut,
        run: () => navigate(href),
      })),
      ...themes.map(({ choice, label, icon }) => ({
        id: `theme.${choice}`,
        label,
        group: "Appearance",
        icon,
        keywords: "theme colour mode appearance",
        run: () => setTheme(choice),
      })),
      { id: "shell.signOut", label: "Sign out", group: "Account", icon: LogOut, keywords: "log out", run: signOut },
    ],
    [create, mayEdit, navigate, setOverlay, setTheme, signOut],
  );
  useCommands(commands);
}
