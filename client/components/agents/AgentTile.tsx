import {
  ArrowRightLeft,
  Bot,
  Box,
  Braces,
  Brain,
  CirclePlay,
  Code,
  Database,
  FileOutput,
  FileText,
  Filter,
  Flag,
  GitBranch,
  GitFork,
  Globe,
  LogIn,
  LogOut,
  type LucideIcon,
  MessageSquare,
  Play,
  Repeat,
  ScanSearch,
  ShieldCheck,
  Sigma,
  Sparkles,
  Split,
  Table,
  Table2,
  TableProperties,
  TextCursorInput,
  Workflow,
  Wrench,
} from "lucide-react";
import type { AgentCategory } from "#src/schemas/agent.ts";
import { classes } from "../ui/classes.ts";

/** By the names that agent definitions use; only these are bundled. */
const icons: Readonly<Record<string, LucideIcon>> = {
  "arrow-right-left": ArrowRightLeft,
  bot: Bot,
  braces: Braces,
  brain: Brain,
  "circle-play": CirclePlay,
  code: Code,
  database: Database,
  "file-output": FileOutput,
  "file-text": FileText,
  filter: Filter,
  flag: Flag,
  "git-branch": GitBranch,
  "git-fork": GitFork,
  globe: Globe,
  "log-in": LogIn,
  "log-out": LogOut,
  "message-square": MessageSquare,
  play: Play,
  repeat: Repeat,
  "scan-search": ScanSearch,
  "shield-check": ShieldCheck,
  sigma: Sigma,
  sparkles: Sparkles,
  split: Split,
  table: Table,
  "table-2": Table2,
  "table-properties": TableProperties,
  "text-cursor-input": TextCursorInput,
  workflow: Workflow,
  wrench: Wrench,
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
  const Icon = (icon && icons[icon]) || Box;
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
