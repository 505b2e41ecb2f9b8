import { showBytes } from "#client/components/ui/format.ts";
import { Time } from "#client/components/ui/Time.tsx";
import type { Retention, Storage, StorageKind } from "#src/schemas/retention.ts";
import { SettingsBlock, SettingsRow, SettingsRows } from "./SettingsBlock.tsx";

interface StorageBlockProps {
  readonly storage: Storage;
  readonly retention: Retention | undefined;
}

const words: Record<StorageKind, { readonly label: string; readonly note: string }> = {
  executions: { label: "Runs", note: "Ended, with their input and output" },
  events: { label: "Events of runs", note: "The logs that everything follows from" },
  payloads: { label: "Large values of runs", note: "More than 64 kB, each kept once however many steps have it" },
  versions: { label: "Versions of workflows", note: "Each graph that ever ran, once" },
  documents: { label: "Documents", note: "Workflows as they are edited" },
  journal: { label: "Edits of documents", note: "Since each document’s last snapshot" },
};

/** What the workspace takes in the database, by kind. */
export function StorageBlock({ storage, retention }: StorageBlockProps) {
  const { kinds, live } = storage;
  const total = kinds.reduce((sum, { bytes }) => sum + bytes, 0);
  const checkedAt = retention?.checkedAt ?? null;
  return (
    <SettingsBlock
      title="Storage"
      lead="Values as they are stored and what each row takes beside them. The database’s files may be larger: room that was given back is used again, not returned."
      aside={<span className="tabular shrink-0 font-medium">{showBytes(total)}</span>}
    >
      <SettingsRows>
        {kinds.map(({ kind, rows, bytes }) => (
          <SettingsRow key={kind}>
            <div className="min-w-0 flex-1">
              <p>{words[kind].label}</p>
              <p className="text-faint text-xs">{words[kind].note}</p>
            </div>
            <span className="tabular w-24 shrink-0 text-right text-muted">{rows.toLocaleString("en")}</span>
            <span className="tabular w-20 shrink-0 text-right">{showBytes(bytes)}</span>
          </SettingsRow>
        ))}
      </SettingsRows>
      <p className="mt-2 text-faint text-xs">
        {checkedAt === null ? (
          "Not measured yet: that happens every minute, with the next cleanup."
        ) : (
          <>
            Measured and cleaned up <Time at={checkedAt} />, and again every minute.
          </>
        )}
        {live > 0 && ` ${live.toLocaleString("en")} more ${live === 1 ? "run goes" : "runs go"} on.`}
      </p>
    </SettingsBlock>
  );
}
