import { Command as Cmdk } from "cmdk";
import { useAtomValue } from "jotai";
import { Search, Workflow } from "lucide-react";
import { Dialog } from "radix-ui";
import { useDeferredValue, useState } from "react";
import { useLocation } from "wouter";
import { type Command, commandsAtom } from "#client/stores/commands.ts";
import { trpc } from "#client/trpc.ts";
import { Kbd } from "../ui/Kbd.tsx";
import { StatusIcon } from "../ui/StatusIcon.tsx";

const itemClasses =
  "flex h-9 select-none items-center gap-3 rounded-sm px-2 text-sm data-[selected=true]:bg-hover data-[disabled=true]:opacity-50";
const groupClasses =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-faint";

/** Everything by its name: commands of what is on screen, places, workflows. */
export function CommandMenu({ onClose }: { readonly onClose: () => void }) {
  const [search, setSearch] = useState("");
  const commands = useAtomValue(commandsAtom).filter((each) => each.enabled !== false && each.id !== "shell.commands");
  const groups = [...new Set(commands.map((command) => command.group))].reverse();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-4 top-[12dvh] z-50 mx-auto max-w-140 animate-in overflow-hidden rounded-lg bg-raised shadow-float outline-none"
        >
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <Cmdk label="Search and commands" loop>
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
              <FoundWorkflows search={search} onClose={onClose} />
              {groups.map((group) => (
                <Cmdk.Group key={group} heading={group} className={groupClasses}>
                  {commands
                    .filter((command) => command.group === group)
                    .map((command) => (
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
      {Icon && <Icon aria-hidden size={16} strokeWidth={1.75} className="text-muted" />}
      <span className="flex-1 truncate">{command.label}</span>
      {command.shortcut && <Kbd keys={command.shortcut} />}
    </Cmdk.Item>
  );
}

function FoundWorkflows({ search, onClose }: { readonly search: string; readonly onClose: () => void }) {
  const [, navigate] = useLocation();
  const wanted = useDeferredValue(search.trim());
  const { data } = trpc.workflows.list.useQuery(
    { limit: 6, ...(wanted ? { search: wanted } : {}) },
    { placeholderData: (before) => before },
  );
  if (!data || data.items.length === 0) return null;
  return (
    <Cmdk.Group heading="Workflows" forceMount className={groupClasses}>
      {data.items.map((workflow) => (
        <Cmdk.Item
          key={workflow.id}
          value={`${workflow.name} ${workflow.id}`}
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
