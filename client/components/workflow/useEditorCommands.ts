import { useAtomValue, useSetAtom, useStore } from "jotai";
import {
  ClipboardPaste,
  Copy,
  CopyPlus,
  Group,
  Hand,
  Maximize,
  MousePointer2,
  Plus,
  Power,
  Redo2,
  Scissors,
  StickyNote,
  Trash2,
  Undo2,
  Ungroup,
  Wand,
} from "lucide-react";
import { useEffect, useMemo } from "react";
import { allBeside, selectNodes } from "#client/canvas/selection.ts";
import { matchesKeys } from "#client/components/ui/keys.ts";
import { useCommands } from "#client/hooks/useCommands.ts";
import type { Command } from "#client/stores/commands.ts";
import { outlineAtom, renameWishAtom, selectionAtom, toolAtom } from "#client/stores/editor.ts";
import { copy, cut, paste } from "./clipboard.ts";
import { type EditorServices, useEditor } from "./EditorContext.ts";
import type { EditorActions } from "./editorActions.ts";
import { nextPort } from "./nextPort.ts";
import { useCanvasFocus } from "./useCanvasFocus.ts";
import { walkCommands } from "./walkCommands.ts";

type Store = ReturnType<typeof useStore>;
const group = "Canvas";

/** Every key of the editor (UX.md, Keys). They are commands: the menu and the `?` dialog list them. */
export function useEditorCommands(): void {
  const editor = useEditor();
  const store = useStore();
  const focused = useCanvasFocus();
  const some = useAtomValue(selectionAtom).nodes.size > 0;
  const setTool = useSetAtom(toolAtom);
  const commands = useMemo(
    () => [
      ...(editor.actions === null ? [] : [...editCommands(editor, store, some), ...historyCommands(editor)]),
      ...viewCommands(editor, store, setTool),
      ...walkCommands(editor, store, focused),
    ],
    [editor, store, some, setTool, focused],
  );
  useCommands(commands);
  useOtherKeys(commands, focused);
}

function editCommands(editor: EditorServices, store: Store, some: boolean): Command[] {
  const { actions } = editor;
  if (actions === null) return [];
  return [
    {
      id: "canvas.add",
      label: "Add a step",
      group,
      icon: Plus,
      shortcut: "n",
      keywords: "node palette agent",
      run: () => actions.openPalette({ at: null, screen: null, ...nextPort(editor, store.get(selectionAtom)) }),
    },
    {
      id: "canvas.note",
      label: "Add a note",
      group,
      icon: StickyNote,
      shortcut: "shift+s",
      run: () => actions.addNote(null),
    },
    {
      id: "canvas.tidy",
      label: "Tidy up",
      group,
      icon: Wand,
      shortcut: "shift+l",
      keywords: "layout arrange",
      run: actions.tidy,
    },
    {
      id: "canvas.duplicate",
      label: "Duplicate",
      group,
      icon: CopyPlus,
      shortcut: "mod+d",
      enabled: some,
      run: actions.duplicateSelected,
    },
    {
      id: "canvas.disable",
      label: "Disable or enable",
      group,
      icon: Power,
      shortcut: "d",
      enabled: some,
      run: actions.toggleSelected,
    },
    {
      id: "canvas.putIn",
      label: "Put into the selected container",
      group,
      icon: Group,
      shortcut: "mod+g",
      keywords: "group frame for each loop",
      enabled: some,
      run: actions.putIn,
    },
    {
      id: "canvas.takeOut",
      label: "Take out of the container",
      group,
      icon: Ungroup,
      shortcut: "mod+shift+g",
      keywords: "ungroup frame",
      enabled: some,
      run: actions.takeOut,
    },
    {
      id: "canvas.rename",
      label: "Rename",
      group,
      shortcut: "F2",
      enabled: some,
      run: () => store.set(renameWishAtom, (wish) => wish + 1),
    },
    {
      id: "canvas.delete",
      label: "Delete",
      group,
      icon: Trash2,
      shortcut: "Delete",
      run: () => actions.removeSelected(false),
    },
    {
      id: "canvas.deleteReconnect",
      label: "Delete and reconnect",
      group,
      shortcut: "mod+Delete",
      enabled: some,
      run: () => actions.removeSelected(true),
    },
    ...clipboardCommands(actions, some),
  ];
}

/** Their keys are the browser's own events (`useClipboardKeys`). */
function clipboardCommands(actions: EditorActions, some: boolean): Command[] {
  const native = { group, native: true };
  return [
    {
      ...native,
      id: "canvas.copy",
      label: "Copy",
      icon: Copy,
      shortcut: "mod+c",
      enabled: some,
      run: () => copy(actions),
    },
    {
      ...native,
      id: "canvas.cut",
      label: "Cut",
      icon: Scissors,
      shortcut: "mod+x",
      enabled: some,
      run: () => void cut(actions),
    },
    {
      ...native,
      id: "canvas.paste",
      label: "Paste",
      icon: ClipboardPaste,
      shortcut: "mod+v",
      run: () => void paste(actions, null),
    },
  ];
}

function historyCommands({ actions }: EditorServices): Command[] {
  if (actions === null) return [];
  return [
    { id: "canvas.undo", label: "Undo", group, icon: Undo2, shortcut: "mod+z", run: actions.undo },
    { id: "canvas.redo", label: "Redo", group, icon: Redo2, shortcut: "mod+shift+z", run: actions.redo },
  ];
}

function viewCommands(
  { canvas, document }: EditorServices,
  store: Store,
  setTool: (tool: "hand" | "pointer") => void,
): Command[] {
  const view = "View";
  const all = () => {
    const { graph } = document.reader.read();
    store.set(selectionAtom, selectNodes(allBeside(graph, store.get(selectionAtom).nodes)));
  };
  return [
    { id: "canvas.all", label: "Select all", group, shortcut: "mod+a", run: all },
    {
      id: "canvas.fit",
      label: "Fit the workflow",
      group: view,
      icon: Maximize,
      shortcut: "1",
      run: () => canvas.current?.fit(),
    },
    { id: "canvas.actual", label: "Zoom to 100 %", group: view, shortcut: "0", run: () => canvas.current?.zoomTo(1) },
    { id: "canvas.in", label: "Zoom in", group: view, shortcut: "=", run: () => canvas.current?.zoomIn() },
    { id: "canvas.out", label: "Zoom out", group: view, shortcut: "-", run: () => canvas.current?.zoomOut() },
    {
      id: "canvas.hand",
      label: "Hand: drag moves the canvas",
      group: view,
      icon: Hand,
      shortcut: "h",
      run: () => setTool("hand"),
    },
    {
      id: "canvas.pointer",
      label: "Pointer: drag selects",
      group: view,
      icon: MousePointer2,
      shortcut: "v",
      run: () => setTool("pointer"),
    },
    {
      id: "canvas.outline",
      label: "Outline",
      group: view,
      shortcut: "o",
      run: () => store.set(outlineAtom, (open) => !open),
    },
  ];
}

/** Second keys of some commands; listed once only. */
function useOtherKeys(commands: readonly Command[], focused: boolean): void {
  useEffect(() => {
    if (!focused) return;
    const others: Readonly<Record<string, string>> = {
      Tab: "canvas.add",
      "/": "canvas.add",
      Backspace: "canvas.delete",
      "mod+Backspace": "canvas.deleteReconnect",
      "mod+y": "canvas.redo",
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !isCanvas(event.target)) return;
      // "+" joins keys in the names of keys, so it has none of its own.
      const id =
        event.key === "+" ? "canvas.in" : Object.entries(others).find(([keys]) => matchesKeys(event, keys))?.[1];
      const command = commands.find((each) => each.id === id);
      if (command === undefined || command.enabled === false) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [commands, focused]);
}

/** Tab, / and Backspace mean something else everywhere but on the canvas itself. */
function isCanvas(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && target.matches(".workflow-canvas, #content"));
}
