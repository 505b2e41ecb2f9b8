import { Command as Cmdk } from "cmdk";
import { useAtomValue } from "jotai";
import { Search, Workflow } from "lucide-react";
import { Dialog } from "radix-ui";
import { useDeferredValue, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { type Command, commandsAtom, groupCommands } from "#client/stores/commands.ts";
import { type RouterOutputs, trpc } from "#client/trpc.ts";
import { Kbd } from "../ui/Kbd.tsx";
import { StatusIcon } from "../ui/StatusIcon.tsx";

const itemClasses =
  "flex h-9 select-none items-center gap-3 rounded-sm px-2 text-sm data-[selected=true]:bg-hover data-[disabled=true]:opacity-50";
const groupClasses =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-faint";

/** Everything by its name: commands of what is on screen, places, workflows. */
export function CommandMenu({ onClose }: { readonly onClose: () => void }) {
  const [search, setSearch] = useState("");
  const [active, setActive] = useState("");
  const wanted = useDeferredValue(search.trim());
  const found = trpc.workflows.list.useQuery(
    { limit: 6, ...(wanted ? { search: wanted } : {}) },
    { placeholderData: (before) => before },
  );
  const workflows = found.data?.items ?? [];
  const first = workflows[0] ? itemValue(workflows[0]) : null;
  // The list arrives after the commands are there; Enter means its first line all the same.
  useEffect(() => {
    if (search === "" && first !== null) setActive(first);
  }, [search, first]);
  const commands = useAtomValue(commandsAtom).filter((each) => each.enabled !== false && each.keyOnly !== true);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-4 top-[12dvh] z-50 mx-auto max-w-140 animate-in overflow-hidden rounded-lg bg-raised shadow-float outline-none"
        >
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <Cmdk label="Search and commands" loop value={active} onValueChange={setActive}>
            <div className="flex items-center gap-2.5 border-b px-4">
              <Search aria-hidden size={16} className="shrink-0 text-faint" />
              <Cmdk.Input
                value={search}
                onValueChange={setSearch}
                placeholder="Search workflows or type a command"
                className="h-12 w-full bg-transparent text-base outline-none"
              />
            </div>
            <Cmdk.List className="max-h-[min(400px,60dvh)] overflow-y-auto p-1.5">
              <Cmdk.Empty className="py-10 text-center text-muted">Nothing is called that.</Cmdk.Empty>
              <FoundWorkflows workflows={workflows} onClose={onClose} />
              {groupCommands(commands).map(([group, members]) => (
                <Cmdk.Group key={group} heading={group} className={groupClasses}>
                  {members.map((command) => (
                    <CommandItem key={command.id} command={command} onClose={onClose} />
                  ))}
                </Cmdk.Group>
              ))}
            </Cmdk.List>
          </Cmdk>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function CommandItem({ command, onClose }: { readonly command: Command; readonly onClose: () => void }) {
  const { icon: Icon } = command;
  return (
    <Cmdk.Item
      value={`${command.label} ${command.id}`}
      keywords={command.keywords ? [command.keywords] : []}
      onSelect={() => {
        onClose();
        command.run();
      }}
      className={itemClasses}
    >
      {Icon ? <Icon aria-hidden size={16} strokeWidth={1.75} className="text-muted" /> : <span className="size-4" />}
      <span className="flex-1 truncate">{command.label}</span>
      {command.shortcut && <Kbd keys={command.shortcut} />}
    </Cmdk.Item>
  );
}

type Found = RouterOutputs["workflows"]["list"]["items"][number];

const itemValue = (workflow: Found): string => `${workflow.name} ${workflow.id}`;

function FoundWorkflows({
  workflows,
  onClose,
}: {
  readonly workflows: readonly Found[];
  readonly onClose: () => void;
}) {
  const [, navigate] = useLocation();
  if (workflows.length === 0) return null;
  return (
    <Cmdk.Group heading="Workflows" className={groupClasses}>
      {workflows.map((workflow) => (
        <Cmdk.Item
          key={workflow.id}
          value={itemValue(workflow)}
          keywords={[workflow.description]}
          onSelect={() => {
            onClose();
            navigate(`/workflows/${workflow.id}`);
          }}
          className={itemClasses}
        >
          <Workflow aria-hidden size={16} strokeWidth={1.75} className="text-muted" />
          <span className="flex-1 truncate">{workflow.name}</span>
          {workflow.lastExecution && <StatusIcon status={workflow.lastExecution.status} />}
        </Cmdk.Item>
      ))}
    </Cmdk.Group>
  );
}
