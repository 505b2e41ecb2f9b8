import {
  Box,
  Hourglass,
  LogIn,
  LogOut,
  type LucideIcon,
  Merge,
  OctagonX,
  RadioTower,
  RefreshCw,
  Repeat,
  Route,
  ShieldCheck,
  Sparkles,
  Split,
  Stamp,
  TableProperties,
  Workflow,
} from "lucide-react";
import type { AgentCategory } from "#src/schemas/agent.ts";
import { classes } from "../ui/classes.ts";

/** By the names that agent definitions use (a test holds it to them); only these are bundled. */
export const agentIcons: Readonly<Record<string, LucideIcon>> = {
  hourglass: Hourglass,
  "log-in": LogIn,
  "log-out": LogOut,
  merge: Merge,
  "octagon-x": OctagonX,
  "radio-tower": RadioTower,
  "refresh-cw": RefreshCw,
  repeat: Repeat,
  route: Route,
  "shield-check": ShieldCheck,
  sparkles: Sparkles,
  split: Split,
  stamp: Stamp,
  "table-properties": TableProperties,
  workflow: Workflow,
};

const categoryColors: Record<AgentCategory, string> = {
  triggers: "text-cat-triggers bg-cat-triggers/12",
  ai: "text-cat-ai bg-cat-ai/12",
  flow: "text-cat-flow bg-cat-flow/12",
  data: "text-cat-data bg-cat-data/12",
  code: "text-cat-code bg-cat-code/12",
};

const sizes = {
  sm: { tile: "size-5 rounded-xs", icon: 12 },
  md: { tile: "size-7 rounded-sm", icon: 16 },
  lg: { tile: "size-9 rounded-md", icon: 18 },
} as const;

export interface AgentTileProps {
  /** Undefined for an agent this server does not have. */
  readonly icon: string | undefined;
  readonly category: AgentCategory | undefined;
  readonly size?: keyof typeof sizes;
}

/** The icon of an agent on its category's colour. Decoration beside the agent's name. */
export function AgentTile({ icon, category, size = "md" }: AgentTileProps) {
  const Icon = (icon && agentIcons[icon]) || Box;
  const { tile, icon: pixels } = sizes[size];
  return (
    <span
      aria-hidden
      className={classes(
        "inline-flex shrink-0 items-center justify-center",
        tile,
        category ? categoryColors[category] : "bg-idle-soft text-idle",
      )}
    >
      <Icon size={pixels} strokeWidth={1.75} />
    </span>
  );
}
