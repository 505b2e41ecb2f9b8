import { useState } from "react";
import type { OpenApproval } from "#src/schemas/wait.ts";

export interface InboxEntry {
  readonly key: string;
  readonly item: OpenApproval;
  /** It does not wait any more, and stays while it is open: nobody's form closes under their hands. */
  readonly isGone: boolean;
}

const keyOf = ({ executionId, stepKey, attempt }: OpenApproval): string => `${executionId} ${stepKey} ${attempt}`;

/** What is in the inbox, and which of it is open: the first until somebody chooses. */
export function useInbox(items: readonly OpenApproval[] | undefined) {
  const [chosen, setChosen] = useState<string | null | undefined>(undefined);
  const [held, setHeld] = useState<OpenApproval | null>(null);
  const waiting = (items ?? []).map((item): InboxEntry => ({ key: keyOf(item), item, isGone: false }));
  const open = chosen === undefined ? (held === null ? (waiting[0]?.key ?? null) : keyOf(held)) : chosen;
  const opened = waiting.find(({ key }) => key === open);
  if (opened !== undefined && held !== opened.item && (held === null || keyOf(held) !== opened.key))
    setHeld(opened.item);
  const isHeld = held !== null && open === keyOf(held) && opened === undefined && items !== undefined;
  const entries = isHeld ? [{ key: keyOf(held), item: held, isGone: true }, ...waiting] : waiting;
  return {
    entries,
    open,
    toggle: (key: string) => setChosen(open === key ? null : key),
  };
}
