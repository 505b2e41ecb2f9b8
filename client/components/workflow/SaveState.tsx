import { CloudOff, LoaderCircle, LogOut, TriangleAlert } from "lucide-react";
import { type ReactNode, useSyncExternalStore } from "react";
import { useNow } from "#client/hooks/useNow.ts";
import type { DocumentStatus } from "#client/stores/workflowDocument.ts";
import { assertNever } from "#src/errors.ts";
import { useEditor } from "./EditorContext.ts";

/** Whether one's edits are in the journal. Says "saved" for nothing less. */
export function SaveState() {
  const { document } = useEditor();
  const status = useSyncExternalStore(document.subscribe, document.status);
  return (
    <span
      role="status"
      aria-live={
        status.kind === "offline" || status.kind === "signedOut" || status.kind === "unsaved" ? "polite" : "off"
      }
      data-save={status.kind}
      className="tabular hidden shrink-0 items-center text-faint text-xs sm:flex"
    >
      <Words status={status} />
    </span>
  );
}

function Words({ status }: { readonly status: DocumentStatus }): ReactNode {
  switch (status.kind) {
    case "loading":
      return "loading";
    case "saving":
      return (
        <>
          <LoaderCircle aria-hidden size={12} className="mr-1 animate-spin" />
          saving
        </>
      );
    case "saved":
      return status.at === null ? "saved" : <SavedAgo at={status.at} />;
    case "offline":
      return (
        <Pill icon={<CloudOff aria-hidden size={12} />}>
          {status.kept === 0 ? "offline" : `offline, ${showEdits(status.kept)} kept`}
        </Pill>
      );
    case "signedOut":
      return (
        <Pill icon={<LogOut aria-hidden size={12} />}>
          {status.kept === 0 ? "signed out" : `signed out, ${showEdits(status.kept)} kept`}
        </Pill>
      );
    case "unsaved":
      return (
        <Pill icon={<TriangleAlert aria-hidden size={12} />} title={status.message}>
          not saved yet, trying again
        </Pill>
      );
    case "refused":
      return null;
    default:
      return assertNever(status);
  }
}

const showEdits = (count: number): string => `${count} ${count === 1 ? "edit" : "edits"}`;

function Pill({
  icon,
  title,
  children,
}: {
  readonly icon: ReactNode;
  readonly title?: string;
  readonly children: string;
}) {
  return (
    <span
      title={title}
      className="flex h-5 items-center gap-1 rounded-full bg-warning-soft px-2 font-medium text-2xs text-warning"
    >
      {icon}
      {children}
    </span>
  );
}

function SavedAgo({ at }: { readonly at: number }) {
  const now = useNow(true, 1_000);
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  return (
    <>{`saved ${seconds < 60 ? `${seconds}s` : seconds < 3_600 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3_600)}h`} ago`}</>
  );
}
