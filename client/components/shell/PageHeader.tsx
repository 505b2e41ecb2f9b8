import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useTitle } from "#client/hooks/useTitle.ts";

export interface PageHeaderProps {
  readonly title: string;
  /** What the title is part of. */
  readonly parent?: { readonly label: string; readonly href: string };
  /** Beside the title: a status, a count. */
  readonly aside?: ReactNode;
  /** At the right end. */
  readonly actions?: ReactNode;
}

export function PageHeader({ title, parent, aside, actions }: PageHeaderProps) {
  useTitle(title);
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-surface px-4">
      {parent && (
        <span className="hidden min-w-0 items-center gap-1 text-muted sm:flex">
          <Link href={parent.href} className="max-w-60 truncate rounded-xs hover:text-text">
            {parent.label}
          </Link>
          <ChevronRight aria-hidden size={14} className="shrink-0 text-faint" />
        </span>
      )}
      <h1 className="min-w-0 truncate font-semibold text-sm">{title}</h1>
      {aside}
      <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div>
    </header>
  );
}
