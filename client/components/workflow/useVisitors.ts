import { useEffect, useMemo, useState } from "react";
import type { NodeVisitor } from "#client/canvas/canvasContext.ts";
import type { LocalPlace } from "#client/canvas/canvasNodes.ts";
import type { RemoteCursor } from "#client/canvas/RemoteCursors.tsx";
import { personColor } from "#client/components/ui/Avatar.tsx";
import { readVisitors, type Visitor } from "#client/stores/presence.ts";
import { useEditor } from "./EditorContext.ts";

/** The others in this workflow, as the canvas shows them. */
export function useVisitors() {
  const { document, keyed } = useEditor();
  const { awareness } = document;
  const [visitors, setVisitors] = useState<readonly Visitor[]>(() => readVisitors(awareness));
  useEffect(() => {
    const read = () => setVisitors(readVisitors(awareness));
    read();
    awareness.on("change", read);
    return () => awareness.off("change", read);
  }, [awareness]);

  const cursors = useMemo(() => visitors.flatMap(cursorOf), [visitors]);
  const places = useMemo(() => draggedPlaces(visitors), [visitors]);
  useEffect(() => keyed.visitors.replace(visitorsByNode(visitors, keyed.visitors.get)), [visitors, keyed]);
  return { visitors, cursors, places };
}

function cursorOf({ client, name, state }: Visitor): RemoteCursor[] {
  return state.cursor ? [{ id: client, name, color: personColor(name), at: state.cursor }] : [];
}

function draggedPlaces(visitors: readonly Visitor[]): ReadonlyMap<string, LocalPlace> {
  const places = new Map<string, LocalPlace>();
  for (const { state } of visitors) for (const { id, position } of state.drag ?? []) places.set(id, position);
  return places;
}

/** Keeps the list of a node whose visitors are the same as before, so that its card is not drawn again. */
function visitorsByNode(
  visitors: readonly Visitor[],
  before: (nodeId: string) => readonly NodeVisitor[] | undefined,
): ReadonlyMap<string, readonly NodeVisitor[]> {
  const byNode = new Map<string, NodeVisitor[]>();
  for (const { client, name, state } of visitors) {
    for (const id of state.selection ?? []) {
      const list = byNode.get(id) ?? [];
      list.push({ id: client, name, color: personColor(name) });
      byNode.set(id, list);
    }
  }
  const kept = new Map<string, readonly NodeVisitor[]>();
  for (const [id, list] of byNode) {
    const old = before(id);
    const same = old?.length === list.length && list.every((each, at) => each.id === old[at]?.id);
    kept.set(id, same ? old : list);
  }
  return kept;
}
