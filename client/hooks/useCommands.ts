import { useSetAtom } from "jotai";
import { useEffect, useId } from "react";
import { type Command, registeredCommandsAtom } from "../stores/commands.ts";

/** Registers commands while the component is on screen: in the command menu, in the `?` dialog, on their keys. Memoise the list. */
export function useCommands(commands: readonly Command[]): void {
  const owner = useId();
  const setRegistered = useSetAtom(registeredCommandsAtom);
  useEffect(() => {
    setRegistered((before) => new Map(before).set(owner, commands));
    return () =>
      setRegistered((before) => {
        const after = new Map(before);
        after.delete(owner);
        return after;
      });
  }, [owner, commands, setRegistered]);
}
