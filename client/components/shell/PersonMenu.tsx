import { useAtom, useSetAtom } from "jotai";
import { Keyboard, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useSession } from "#client/hooks/useSession.ts";
import { useSignOut } from "#client/hooks/useSignOut.ts";
import { overlayAtom } from "#client/stores/commands.ts";
import { themeChoiceAtom } from "#client/stores/theme.ts";
import { Menu } from "../ui/Menu.tsx";
import { PersonButton } from "./PersonButton.tsx";

/** Opens as it comes: it is loaded by the press that asks for it. */
export function PersonMenu() {
  const { profile, workspace } = useSession();
  const [choice, setChoice] = useAtom(themeChoiceAtom);
  const setOverlay = useSetAtom(overlayAtom);
  const signOut = useSignOut();
  return (
    <Menu
      side="right"
      startsOpen
      trigger={<PersonButton name={profile.name} />}
      entries={[
        { heading: `${profile.name} · ${workspace.name}` },
        "separator",
        { label: "System", icon: Monitor, checked: choice === "system", onSelect: () => setChoice("system") },
        { label: "Light", icon: Sun, checked: choice === "light", onSelect: () => setChoice("light") },
        { label: "Dark", icon: Moon, checked: choice === "dark", onSelect: () => setChoice("dark") },
        "separator",
        { label: "Keyboard shortcuts", icon: Keyboard, shortcut: "?", onSelect: () => setOverlay("shortcuts") },
        { label: "Sign out", icon: LogOut, onSelect: signOut },
      ]}
    />
  );
}
