import { useEffect, useRef, useState } from "react";
import { toast } from "#client/components/ui/Toast.tsx";
import { useTitle } from "#client/hooks/useTitle.ts";
import { readError, trpc } from "#client/trpc.ts";
import { useEditor } from "./EditorContext.ts";

/** The workflow's name, changed in place. */
export function WorkflowName() {
  const { workflowId, actions } = useEditor();
  const workflow = trpc.workflows.get.useQuery({ id: workflowId });
  const cache = trpc.useUtils();
  const update = trpc.workflows.update.useMutation({
    onSuccess(saved) {
      cache.workflows.get.setData({ id: workflowId }, saved);
      void cache.workflows.list.invalidate();
    },
    onError(error) {
      setDraft(name);
      toast.error("The name was not changed.", { description: readError(error).message });
    },
  });
  const name = workflow.data?.name ?? "";
  const [draft, setDraft] = useState(name);
  const input = useRef<HTMLInputElement>(null);
  useTitle(name);
  useEffect(() => setDraft(name), [name]);
  const keep = () => {
    const next = draft.trim();
    if (next === "" || next === name) setDraft(name);
    else update.mutate({ id: workflowId, name: next });
  };
  return (
    <h1 className="min-w-0">
      <span className="sr-only">{name}</span>
      <input
        ref={input}
        aria-label="Name of the workflow"
        value={draft}
        readOnly={actions === null}
        maxLength={120}
        spellCheck={false}
        // As wide as its words: what stands after it follows.
        style={{ width: `${Math.min(40, Math.max(6, draft.length + 1))}ch` }}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === "Escape") setDraft(name);
          if (event.key === "Enter" || event.key === "Escape") requestAnimationFrame(() => input.current?.blur());
        }}
        className="h-7 max-w-full [field-sizing:content] truncate rounded-xs bg-transparent px-1.5 font-semibold text-sm hover:bg-hover focus:bg-surface focus:outline-2 focus:outline-focus"
      />
    </h1>
  );
}
