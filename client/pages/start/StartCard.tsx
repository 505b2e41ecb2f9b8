import type { ReactNode } from "react";
import { Logo } from "#client/components/ui/Logo.tsx";
import { useTitle } from "#client/hooks/useTitle.ts";

export interface StartCardProps {
  readonly title: string;
  readonly children: ReactNode;
  /** The line under the title. */
  readonly lead: ReactNode;
}

/** The frame of the screens before one is signed in. */
export function StartCard({ title, lead, children }: StartCardProps) {
  useTitle(title);
  return (
    <main className="start-backdrop grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-90">
        <div className="mb-6 flex flex-col items-center text-center">
          <Logo size={40} />
          <h1 className="mt-5 font-semibold text-xl tracking-tight">{title}</h1>
          <p className="mt-1.5 text-balance text-muted text-sm">{lead}</p>
        </div>
        <div className="rounded-lg border bg-surface p-5">{children}</div>
      </div>
    </main>
  );
}
