import { Blocks, History, Inbox, type LucideIcon, Settings, Workflow } from "lucide-react";

export interface Destination {
  readonly href: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly shortcut: string;
}

/** Where one can go from everywhere. */
export const destinations: readonly Destination[] = [
  { href: "/workflows", label: "Workflows", icon: Workflow, shortcut: "g w" },
  { href: "/runs", label: "Runs", icon: History, shortcut: "g r" },
  { href: "/waiting", label: "Waiting", icon: Inbox, shortcut: "g i" },
  { href: "/agents", label: "Agents", icon: Blocks, shortcut: "g a" },
  { href: "/settings", label: "Settings", icon: Settings, shortcut: "g s" },
];

export const isInside = (path: string, href: string): boolean => path === href || path.startsWith(`${href}/`);
