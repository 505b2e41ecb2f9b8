import type { ReactNode } from "react";

export interface SettingsBlockProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function SettingsBlock({ title, lead, aside, children }: SettingsBlockProps) {
  return (
    <section>
      <div className="mb-3 flex items-end justify-between gap-4">
        <div>
          <h2 className="font-semibold text-base">{title}</h2>
          {lead && <p className="mt-0.5 text-muted">{lead}</p>}
        </div>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Rows between hairlines in one frame. */
export const SettingsRows = ({ children }: { readonly children: ReactNode }) => (
  <ul className="divide-y rounded-lg border">{children}</ul>
);

export const SettingsRow = ({ children }: { readonly children: ReactNode }) => (
  <li className="flex min-h-12 flex-wrap items-center gap-3 px-4 py-2">{children}</li>
);
