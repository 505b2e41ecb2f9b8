import type { useStore } from "jotai";
import { isFrame } from "#client/canvas/frames.ts";
import { selectNodes } from "#client/canvas/selection.ts";
import { type Direction, inner, outer, reach, walk } from "#client/canvas/walk.ts";
import type { Command } from "#client/stores/commands.ts";
import { editorOverlayAtom, inspectorSheetAtom, selectionAtom } from "#client/stores/editor.ts";
import type { EditorServices } from "./EditorContext.ts";

type Store = ReturnType<typeof useStore>;

const directions: readonly (readonly [Direction, string])[] = [
  ["right", "ArrowRight"],
  ["left", "ArrowLeft"],
  ["down", "ArrowDown"],
  ["up", "ArrowUp"],
];

/** The keys that go from node to node, into a container and out of it. */
export function walkCommands(
  { canvas, document, definitions, actions }: EditorServices,
  store: Store,
  enabled: boolean,
): Command[] {
  const go = (direction: Direction) => {
    const next = walk(document.reader.read().graph, [...store.get(selectionAtom).nodes].at(-1) ?? "", direction);
    if (next === null) return;
    store.set(selectionAtom, selectNodes([next]));
    canvas.current?.reveal([next]);
  };
  /** From a container to the first step in its frame, or to adding one. False for any other selection. */
  const goInto = (): boolean => {
    const graph = document.reader.read().graph;
    const [only, ...others] = store.get(selectionAtom).nodes;
    const node = others.length > 0 ? undefined : graph.nodes.find(({ id }) => id === only);
    if (node === undefined || !isFrame(node, definitions)) return false;
    const first = inner(graph, node.id);
    if (first === null) actions?.openPalette({ at: null, screen: null, from: null, edgeId: null, frame: node.id });
    else {
      store.set(selectionAtom, selectNodes([first]));
      canvas.current?.reveal([first]);
    }
    return first !== null || actions !== null;
  };
  const extend = (way: "upstream" | "downstream") => {
    const graph = document.reader.read().graph;
    const { nodes } = store.get(selectionAtom);
    store.set(selectionAtom, selectNodes([...nodes].flatMap((id) => [...reach(graph, id, way)])));
  };
  const walking = "Walk the graph";
  return [
    ...directions.map(([direction, shortcut]) => ({
      id: `walk.${direction}`,
      label: `Go ${direction}`,
      group: walking,
      shortcut,
      enabled,
      run: () => go(direction),
    })),
    {
      id: "walk.after",
      label: "Select what follows",
      group: walking,
      shortcut: "shift+ArrowRight",
      enabled,
      run: () => extend("downstream"),
    },
    {
      id: "walk.before",
      label: "Select what leads here",
      group: walking,
      shortcut: "shift+ArrowLeft",
      enabled,
      run: () => extend("upstream"),
    },
    {
      id: "walk.open",
      label: "Open the inspector, or go into a container",
      group: walking,
      shortcut: "Enter",
      enabled,
      run: () => {
        if (goInto()) return;
        store.set(inspectorSheetAtom, true);
        window.document.querySelector<HTMLElement>("[data-inspector] input, [data-inspector] textarea")?.focus();
      },
    },
    {
      id: "walk.none",
      label: "Out of a container, then select nothing",
      group: walking,
      shortcut: "Escape",
      enabled: enabled,
      run: () => {
        store.set(editorOverlayAtom, { kind: "none" });
        const [only, ...others] = store.get(selectionAtom).nodes;
        const around = only === undefined || others.length > 0 ? null : outer(document.reader.read().graph, only);
        store.set(selectionAtom, selectNodes(around === null ? [] : [around]));
        if (around !== null) canvas.current?.reveal([around]);
      },
    },
  ];
}
