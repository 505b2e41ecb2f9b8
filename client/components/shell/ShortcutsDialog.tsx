import { useAtomValue } from "jotai";
import { commandsAtom, groupCommands } from "#client/stores/commands.ts";
import { classes } from "../ui/classes.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { Kbd } from "../ui/Kbd.tsx";

/** Every key of this screen, from the commands themselves; grey while a command waits for something, such as a selection. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const commands = useAtomValue(commandsAtom).filter((command) => command.shortcut);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Keyboard shortcuts" width="lg">
      <div className="gap-x-10 sm:columns-2">
        {groupCommands(commands).map(([group, members]) => (
          <section key={group} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 font-medium text-faint text-xs">{group}</h3>
            <dl>
              {members.map((command) => (
                <div
                  key={command.id}
                  className={classes(
                    "flex h-8 items-center justify-between gap-4 border-b",
                    command.enabled === false && "text-faint",
                  )}
                >
                  <dt className="truncate">
                    {command.label}
                    {command.enabled === false && <span className="sr-only"> (not now)</span>}
                  </dt>
                  <dd>
                    <Kbd keys={command.shortcut ?? ""} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
