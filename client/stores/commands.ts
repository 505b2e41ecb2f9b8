import { atom } from "jotai";
import type { LucideIcon } from "lucide-react";

export interface Command {
  /** Unique, e.g. `workflow.create`. */
  readonly id: string;
  readonly label: string;
  /** Heading in the command menu and the shortcuts dialog. */
  readonly group: string;
  readonly icon?: LucideIcon;
  /** `mod+k`, `shift+?`, `Delete`, or `g w`: one after the other. */
  readonly shortcut?: string;
  /** More words to find it by. */
  readonly keywords?: string;
  /** Left out of the menu and deaf to its key while false. */
  readonly enabled?: boolean;
  /** The key works while the person types in a field too. */
  readonly whileTyping?: boolean;
  /** Has its key and its line in the shortcuts dialog, but nothing to choose in the command menu. */
  readonly keyOnly?: boolean;
  /** The browser's own event does it (copy, cut, paste): its key is listed, not listened to. */
  readonly native?: boolean;
  readonly run: () => void;
}

/** Commands of what is on screen, one list per component that registered. Filled by `useCommands` only. */
export const registeredCommandsAtom = atom<ReadonlyMap<string, readonly Command[]>>(new Map());

export const commandsAtom = atom((get) => [...get(registeredCommandsAtom).values()].flat());

/** Groups of every page; what a page adds comes before them. */
const shellGroups: readonly string[] = ["General", "Navigation", "Appearance", "Account"];

/** Commands by their group, the page's own first. */
export function groupCommands(commands: readonly Command[]): [group: string, commands: Command[]][] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return [...groups].sort(([a], [b]) => shellGroups.indexOf(a) - shellGroups.indexOf(b));
}

export type Overlay = "none" | "commands" | "shortcuts";
/** The one overlay of the shell that is open. */
export const overlayAtom = atom<Overlay>("none");
