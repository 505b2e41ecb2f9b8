import { useAtomValue } from "jotai";
import { useEffect, useRef } from "react";
import { matchesKeys } from "../components/ui/keys.ts";
import { type Command, commandsAtom } from "../stores/commands.ts";

/** How long after `g` the next key still belongs to it. */
const sequenceMs = 1_000;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, [role=textbox], .monaco-editor") !== null)
  );
}

const isModalOpen = (): boolean => document.querySelector('[role="dialog"][data-state="open"], [role="menu"]') !== null;

/** The command that this press completes, last registered first; `pending` is the key pressed just before. */
function findCommand(commands: readonly Command[], event: KeyboardEvent, pending: string | null): Command | undefined {
  const blocked = isTyping(event.target) || isModalOpen();
  return commands.findLast((command) => {
    if (
      !command.shortcut ||
      command.native === true ||
      command.enabled === false ||
      (blocked && command.whileTyping !== true)
    )
      return false;
    const [first = "", second] = command.shortcut.split(" ");
    if (second === undefined) return pending === null && matchesKeys(event, first);
    return pending === first && matchesKeys(event, second);
  });
}

/** Enter and Space press what has the focus, whatever command has them. */
function pressesTarget({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if ((key !== "Enter" && key !== " ") || ctrlKey || metaKey || altKey) return false;
  return target instanceof Element && target.closest("button, a[href], summary, [role=tab], [role=option]") !== null;
}

/** Listens for the keys of every registered command. Once, in the shell. */
export function useCommandKeys(): void {
  const commands = useAtomValue(commandsAtom);
  const pending = useRef<{ key: string; at: number } | null>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || pressesTarget(event)) return;
      const before = pending.current;
      const opened = before !== null && event.timeStamp - before.at < sequenceMs ? before.key : null;
      const command = findCommand(commands, event, opened) ?? findCommand(commands, event, null);
      if (command) {
        pending.current = null;
        event.preventDefault();
        command.run();
        return;
      }
      const begins = !isTyping(event.target) && commands.some((each) => each.shortcut?.startsWith(`${event.key} `));
      pending.current = begins ? { key: event.key, at: event.timeStamp } : null;
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [commands]);
}
