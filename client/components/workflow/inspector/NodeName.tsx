import { useAtomValue } from "jotai";
import { useEffect, useRef, useState } from "react";
import { renameWishAtom } from "#client/stores/editor.ts";
import { renameNode } from "#src/document/commands/nodes.ts";
import type { GraphNode } from "#src/schemas/graph.ts";
import { attempt } from "../attempt.ts";
import { useEditor } from "../EditorContext.ts";

/** The node's name, changed in place: Enter or leaving it keeps it, Escape does not. F2 comes here. */
export function NodeName({ node }: { readonly node: GraphNode }) {
  const { document, actions } = useEditor();
  const [draft, setDraft] = useState(node.name);
  const input = useRef<HTMLInputElement>(null);
  const wish = useAtomValue(renameWishAtom);
  const seen = useRef(wish);
  useEffect(() => setDraft(node.name), [node.name]);
  useEffect(() => {
    if (wish === seen.current) return;
    seen.current = wish;
    input.current?.focus();
    input.current?.select();
  }, [wish]);
  const keep = () => {
    const name = draft.trim();
    if (name === "" || name === node.name) setDraft(node.name);
    else attempt(() => renameNode(document.editing, node.id, name));
  };
  return (
    <input
      ref={input}
      aria-label="Name of the step"
      value={draft}
      readOnly={actions === null}
      maxLength={80}
      spellCheck={false}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Escape") setDraft(node.name);
        if (event.key === "Enter" || event.key === "Escape") requestAnimationFrame(() => input.current?.blur());
      }}
      className="h-7 w-full truncate rounded-xs bg-transparent px-1.5 font-semibold text-base hover:bg-hover focus:bg-surface focus:outline-2 focus:outline-focus"
    />
  );
}
