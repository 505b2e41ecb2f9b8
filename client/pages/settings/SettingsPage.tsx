import { type ReactNode, useEffect, useRef } from "react";
import { Link, Redirect } from "wouter";
import { PageHeader } from "#client/components/shell/PageHeader.tsx";
import { classes } from "#client/components/ui/classes.ts";
import { useMay } from "#client/hooks/useSession.ts";
import { AppearanceSection } from "./AppearanceSection.tsx";
import { AuditSection } from "./AuditSection.tsx";
import { LimitsSection } from "./LimitsSection.tsx";
import { MembersSection } from "./MembersSection.tsx";
import { ModelsSection } from "./ModelsSection.tsx";
import { ProfileSection } from "./ProfileSection.tsx";
import { StorageSection } from "./StorageSection.tsx";
import { WorkspaceSection } from "./WorkspaceSection.tsx";

interface Section {
  readonly label: string;
  readonly ownerOnly: boolean;
  readonly content: () => ReactNode;
}

const sections = {
  appearance: { label: "Appearance", ownerOnly: false, content: () => <AppearanceSection /> },
  profile: { label: "Profile", ownerOnly: false, content: () => <ProfileSection /> },
  workspace: { label: "Workspace", ownerOnly: true, content: () => <WorkspaceSection /> },
  members: { label: "Members", ownerOnly: false, content: () => <MembersSection /> },
  models: { label: "Models", ownerOnly: false, content: () => <ModelsSection /> },
  limits: { label: "Limits", ownerOnly: false, content: () => <LimitsSection /> },
  storage: { label: "Storage", ownerOnly: true, content: () => <StorageSection /> },
  audit: { label: "Audit log", ownerOnly: true, content: () => <AuditSection /> },
} as const satisfies Record<string, Section>;
type SectionName = keyof typeof sections;

const isSection = (name: string): name is SectionName => Object.hasOwn(sections, name);

export function SettingsPage({ section = "appearance" }: { readonly section: string | undefined }) {
  const isOwner = useMay("owner");
  const current = useRef<HTMLAnchorElement>(null);
  // On a narrow screen the sections are one line that is longer than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another section is another link
  useEffect(() => {
    // Newer browsers answer with a promise, which React would take for the effect's end.
    void current.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [section]);
  if (!isSection(section) || (sections[section].ownerOnly && !isOwner)) {
    return <Redirect to="/settings/appearance" replace />;
  }
  const names = (Object.keys(sections) as SectionName[]).filter((name) => isOwner || !sections[name].ownerOnly);
  return (
    <>
      <PageHeader title={sections[section].label} parent={{ label: "Settings", href: "/settings" }} />
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <nav
          aria-label="Settings"
          className="flex shrink-0 gap-0.5 overflow-x-auto border-b p-2 md:w-52 md:flex-col md:border-r md:border-b-0"
        >
          {names.map((name) => (
            <Link
              key={name}
              ref={name === section ? current : null}
              href={`/settings/${name}`}
              aria-current={name === section ? "page" : undefined}
              className={classes(
                "flex h-8 shrink-0 items-center rounded-sm px-2.5",
                name === section ? "bg-pressed font-medium" : "text-muted hover:bg-hover hover:text-text",
              )}
            >
              {sections[name].label}
            </Link>
          ))}
        </nav>
        <div className="min-h-0 min-w-0 flex-1 overflow-y-auto">
          <div className="mx-auto flex max-w-180 flex-col gap-8 px-4 py-6 sm:px-8">{sections[section].content()}</div>
        </div>
      </div>
    </>
  );
}
