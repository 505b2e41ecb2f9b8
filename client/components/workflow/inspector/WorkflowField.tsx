import { Command as Cmdk } from "cmdk";
import { Check, ChevronDown, Search } from "lucide-react";
import { type ReactNode, useDeferredValue, useEffect, useState } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { classes } from "#client/components/ui/classes.ts";
import { fieldClasses } from "#client/components/ui/Input.tsx";
import { Popover } from "#client/components/ui/Popover.tsx";
import { SkeletonRows } from "#client/components/ui/Skeleton.tsx";
import { readError, trpc } from "#client/trpc.ts";
import { useEditor } from "../EditorContext.ts";
import type { FieldProps } from "./fieldProps.ts";

/** Another workflow of the workspace, however many there are. One that was deleted stays chosen, and says so. */
export function WorkflowField({ value, onChange, control, spec }: FieldProps) {
  const [open, setOpen] = useState(false);
  const chosen = typeof value === "string" && value !== "" ? value : undefined;
  const name = useNameOf(chosen);
  return (
    <Popover
      label={spec.title}
      open={open}
      onOpenChange={setOpen}
      className="w-(--radix-popover-trigger-width) min-w-60 overflow-hidden p-0"
      trigger={
        <button
          {...control}
          type="button"
          disabled={onChange === null}
          className={classes(
            fieldClasses,
            "inline-flex h-8 items-center justify-between gap-2 px-2.5 text-left text-sm",
            name.known ? "" : "text-faint",
          )}
        >
          <span className="truncate">{name.words}</span>
          <ChevronDown aria-hidden size={14} className="shrink-0 text-faint" />
        </button>
      }
    >
      <Choices
        chosen={chosen}
        onChoose={(id) => {
          setOpen(false);
          onChange?.(id);
        }}
      />
    </Popover>
  );
}

interface Name {
  readonly words: string;
  readonly known: boolean;
}

function useNameOf(id: string | undefined): Name {
  const { workflowId } = useEditor();
  const found = trpc.workflows.get.useQuery(
    { id: (id ?? "") as never },
    { enabled: id !== undefined && id !== workflowId, retry: false, staleTime: 30_000 },
  );
  if (id === undefined) return { words: "Choose", known: false };
  if (id === workflowId) return { words: "This very workflow", known: false };
  if (found.data !== undefined) return { words: found.data.name, known: true };
  if (!found.isError) return { words: "Loading …", known: false };
  const isGone = ["not_found", "bad_request"].includes(readError(found.error).code);
  return { words: isGone ? "This workflow is gone" : "Its name could not be loaded", known: false };
}

interface ChoicesProps {
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** The server searches: there may be more workflows than a list could show. */
function Choices({ chosen, onChoose }: ChoicesProps) {
  const { workflowId } = useEditor();
  const [search, setSearch] = useState("");
  const [active, setActive] = useState("");
  const wanted = useDeferredValue(search.trim());
  const found = trpc.workflows.list.useQuery(
    { limit: 50, ...(wanted === "" ? {} : { search: wanted }) },
    { placeholderData: (before) => before },
  );
  // What the server found comes later than the letter: until then nothing in the list is an answer to it.
  const isOld = found.isPending || found.isPlaceholderData || search.trim() !== wanted;
  const items = found.data?.items ?? [];
  const others = items.filter(({ id }) => id !== workflowId);
  const first = others[0]?.id ?? "";
  // Enter means the first line of what was found.
  useEffect(() => setActive(isOld ? "" : first), [isOld, first]);
  return (
    <Cmdk
      label="Workflows"
      shouldFilter={false}
      loop
      value={isOld ? "" : active}
      onValueChange={(id) => !isOld && setActive(id)}
    >
      <div className="flex items-center gap-2 border-b px-2.5">
        <Search aria-hidden size={14} className="shrink-0 text-faint" />
        <Cmdk.Input
          value={search}
          onValueChange={setSearch}
          placeholder="Search workflows"
          className="h-9 w-full bg-transparent text-sm outline-none"
        />
      </div>
      <Cmdk.List aria-busy={isOld} className="max-h-72 overflow-y-auto p-1">
        {others.map(({ id, name }) => (
          <Cmdk.Item
            key={id}
            value={id}
            onSelect={() => !isOld && onChoose(id)}
            className={classes(
              "flex h-8 select-none items-center gap-2 rounded-sm px-2 text-sm data-[selected=true]:bg-hover",
              isOld && "opacity-50",
            )}
          >
            <span className="min-w-0 flex-1 truncate">{name}</span>
            {id === chosen && <Check aria-hidden size={14} />}
          </Cmdk.Item>
        ))}
        {found.data?.nextCursor != null && (
          <p className="px-2 py-1.5 text-faint text-xs">There are more: search for them by name.</p>
        )}
      </Cmdk.List>
      {found.isPending && <SkeletonRows rows={3} label="Loading the workflows" />}
      {found.isError && (
        <Note>
          The workflows could not be loaded.
          <Button
            size="sm"
            busy={found.isFetching}
            // Enter belongs to the list around it otherwise.
            onKeyDown={(event) => event.stopPropagation()}
            onClick={() => void found.refetch()}
          >
            Try again
          </Button>
        </Note>
      )}
      {found.isSuccess && others.length === 0 && <Note>{noneWords(wanted, items.length > 0)}</Note>}
    </Cmdk>
  );
}

const Note = ({ children }: { readonly children: ReactNode }) => (
  <div className="flex flex-col items-center gap-2 px-3 py-6 text-center text-muted text-sm">{children}</div>
);

function noneWords(wanted: string, isOnlyItself: boolean): string {
  if (wanted === "") return "There is no other workflow yet.";
  return isOnlyItself ? "No other workflow is called that." : "No workflow is called that.";
}
