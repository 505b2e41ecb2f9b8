import type * as Y from "yjs";

/** Keeps the caret where it was in the words, not in the count, when somebody else writes before it. */
export function followText(area: HTMLTextAreaElement, text: Y.Text): () => void {
  const onChange = (event: Y.YTextEvent) => {
    const next = text.toString();
    if (area.value === next) return;
    const { selectionStart, selectionEnd } = area;
    area.value = next;
    area.setSelectionRange(moved(selectionStart, event.delta), moved(selectionEnd, event.delta));
  };
  text.observe(onChange);
  return () => text.unobserve(onChange);
}

type Delta = Y.YTextEvent["delta"];

/** Where a place in the text before a change is after it. */
export function moved(place: number, delta: Delta): number {
  let at = 0;
  let result = place;
  for (const { retain, insert, delete: removed } of delta) {
    if (retain !== undefined) at += retain;
    else if (typeof insert === "string") {
      if (at < result) result += insert.length;
      at += insert.length;
    } else if (removed !== undefined && at < result) result = Math.max(at, result - removed);
  }
  return result;
}
