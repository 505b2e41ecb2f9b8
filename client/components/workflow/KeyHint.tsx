import { useAtom } from "jotai";
import { KeyRound, X } from "lucide-react";
import { Link } from "wouter";
import { keyHintAtom } from "#client/stores/editor.ts";
import type { ExecutionState } from "#src/engine/state.ts";

/** After a green run with the built-in model, and never before one: there are better ones. */
export function KeyHint({ state }: { readonly state: ExecutionState }) {
  const [wanted, setWanted] = useAtom(keyHintAtom);
  const offline = Object.values(state.steps).some((step) => step.usage?.model.startsWith("offline"));
  if (!wanted || state.status !== "succeeded" || !offline) return null;
  return (
    <span className="hidden min-w-0 items-center gap-1.5 text-muted text-xs md:flex">
      <KeyRound aria-hidden size={12} className="shrink-0" />
      <Link href="/settings/models" className="truncate rounded-xs hover:text-text hover:underline">
        Add a key to use GPT or Claude
      </Link>
      <button
        type="button"
        aria-label="Do not show this again"
        className="flex size-5 items-center justify-center rounded-xs text-faint hover:bg-hover"
        onClick={() => setWanted(false)}
      >
        <X aria-hidden size={12} />
      </button>
    </span>
  );
}
