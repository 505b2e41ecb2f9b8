import { useAtomValue, useSetAtom } from "jotai";
import {
  ClipboardPaste,
  Copy,
  CopyPlus,
  ListStart,
  type LucideIcon,
  Maximize,
  PencilLine,
  Pin,
  PinOff,
  Play,
  Plus,
  Power,
  Scissors,
  SquarePen,
  StickyNote,
  Trash2,
  Ungroup,
  Unplug,
  Wand,
} from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { Fragment } from "react";
import type { MenuTarget, Point } from "#client/canvas/canvasContext.ts";
import { isFrame } from "#client/canvas/frames.ts";
import { classes } from "#client/components/ui/classes.ts";
import { Kbd } from "#client/components/ui/Kbd.tsx";
import { editorOverlayAtom, renameWishAtom, selectionAtom } from "#client/stores/editor.ts";
import type { GraphNode } from "#src/schemas/graph.ts";
import { copy, cut, paste } from "./clipboard.ts";
import { type EditorServices, useEditor, useGraph } from "./EditorContext.ts";
import { type StepRuns, useStepRuns } from "./useStepRuns.ts";

interface Item {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly keys?: string;
  readonly danger?: true;
  readonly run: () => void;
}

/** The context menu of a node, an edge or the canvas, at the pointer. */
export function CanvasMenu({ target, screen }: { readonly target: MenuTarget; readonly screen: Point }) {
  const setOverlay = useSetAtom(editorOverlayAtom);
  const groups = useItems(target, screen);
  return (
    <DropdownMenu.Root
      open
      modal={false}
      onOpenChange={(open) => {
        if (!open) setOverlay((before) => (before.kind === "menu" ? { kind: "none" } : before));
      }}
    >
      <DropdownMenu.Trigger asChild>
        <span aria-hidden className="fixed size-0" style={{ left: screen.x, top: screen.y }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={2}
          collisionPadding={8}
          aria-label={`Actions for ${target.kind === "canvas" ? "the canvas" : `this ${target.kind}`}`}
          onCloseAutoFocus={(event) => event.preventDefault()}
          className="z-50 min-w-52 animate-in rounded-md bg-raised p-1 shadow-float"
        >
          {groups
            .filter((items) => items.length > 0)
            .map((items, index) => (
              <Fragment key={items[0]?.label}>
                {index > 0 && <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />}
                {items.map((item) => (
                  <MenuItem key={item.label} {...item} />
                ))}
              </Fragment>
            ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function MenuItem({ label, icon: Icon, keys, danger, run }: Item) {
  return (
    <DropdownMenu.Item
      onSelect={run}
      className={classes(
        "flex h-8 select-none items-center gap-2 rounded-sm px-2 text-sm outline-none data-[highlighted]:bg-hover",
        danger && "text-danger",
      )}
    >
      <Icon aria-hidden size={14} strokeWidth={1.75} className={danger ? "" : "text-muted"} />
      <span className="flex-1">{label}</span>
      {keys && <Kbd keys={keys} />}
    </DropdownMenu.Item>
  );
}

function useItems(target: MenuTarget, screen: Point): readonly (readonly Item[])[] {
  const editor = useEditor();
  const graph = useGraph();
  const selection = useAtomValue(selectionAtom);
  const wishRename = useSetAtom(renameWishAtom);
  const steps = useStepRuns();
  const fit: Item = { label: "Fit", icon: Maximize, keys: "1", run: () => editor.canvas.current?.fit() };
  const { actions } = editor;
  if (actions === null) return [[fit]];
  switch (target.kind) {
    case "canvas":
      return [...canvasItems(editor, target.at, screen), [fit]];
    case "edge":
      return [
        [
          {
            label: "Insert a step",
            icon: Plus,
            run: () => later(() => actions.openPalette({ at: null, screen, from: null, edgeId: target.id })),
          },
          { label: "Delete", icon: Trash2, keys: "Delete", danger: true, run: () => actions.removeEdge(target.id) },
        ],
      ];
    case "node": {
      const several = selection.nodes.size > 1;
      const node = graph.nodes.find((each) => each.id === target.id);
      const trying = several || node === undefined || node.parent !== undefined ? [] : stepItems(steps, node.id);
      const enabled = graph.nodes.some((each) => selection.nodes.has(each.id) && each.disabled !== true);
      return [
        ...trying,
        [
          ...(several || node === undefined
            ? []
            : [{ label: "Rename", icon: PencilLine, keys: "F2", run: () => wishRename((wish) => wish + 1) }]),
          ...(node === undefined
            ? []
            : [{ label: enabled ? "Disable" : "Enable", icon: Power, keys: "d", run: actions.toggleSelected }]),
          { label: "Duplicate", icon: CopyPlus, keys: "mod+d", run: actions.duplicateSelected },
        ],
        frameItems(editor, node, screen),
        [
          { label: "Cut", icon: Scissors, keys: "mod+x", run: () => void cut(actions) },
          { label: "Copy", icon: Copy, keys: "mod+c", run: () => copy(actions) },
        ],
        [
          {
            label: "Delete",
            icon: Trash2,
            keys: "Delete",
            danger: true,
            run: () => actions.removeSelected(false),
          },
          ...(node === undefined
            ? []
            : [
                {
                  label: "Delete and reconnect",
                  icon: Unplug,
                  keys: "mod+Delete",
                  run: () => actions.removeSelected(true),
                },
              ]),
        ],
      ];
    }
  }
}

/** Running a step, running from it, keeping what it put out. */
function stepItems(steps: StepRuns, nodeId: string): readonly (readonly Item[])[] {
  const outputs = steps.outputsOf(nodeId);
  const isPinned = steps.pins.has(nodeId);
  const running: Item[] = [
    { label: "Run this step", icon: Play, run: () => steps.runStep(nodeId) },
    { label: "Run this step with …", icon: SquarePen, run: () => later(() => steps.askFor(nodeId)) },
    { label: "Run from here", icon: ListStart, run: () => steps.runFrom(nodeId) },
  ];
  const pinning: Item[] = isPinned
    ? [{ label: "Unpin output", icon: PinOff, keys: "p", run: () => steps.unpin(nodeId) }]
    : outputs === null
      ? []
      : [{ label: "Pin output", icon: Pin, keys: "p", run: () => steps.pin(nodeId, outputs) }];
  const items = [...(steps.mayRun ? running : []), ...(steps.mayPin ? pinning : [])];
  return items.length === 0 ? [] : [items];
}

/** What has to do with containers; nothing for a step outside of all. */
function frameItems({ actions, definitions }: EditorServices, node: GraphNode | undefined, screen: Point): Item[] {
  if (actions === null || node === undefined) return [];
  const add = () => actions.openPalette({ at: null, screen, from: null, edgeId: null, frame: node.id });
  return [
    ...(isFrame(node, definitions) ? [{ label: "Add a step inside", icon: Plus, run: () => later(add) }] : []),
    ...(node.parent === undefined
      ? []
      : [{ label: "Take out of the container", icon: Ungroup, keys: "mod+shift+g", run: actions.takeOut }]),
  ];
}

function canvasItems({ actions }: EditorServices, at: Point, screen: Point): readonly (readonly Item[])[] {
  if (actions === null) return [];
  return [
    [
      {
        label: "Add a step",
        icon: Plus,
        keys: "n",
        run: () => later(() => actions.openPalette({ at, screen, from: null, edgeId: null })),
      },
      { label: "Add a note", icon: StickyNote, keys: "shift+s", run: () => actions.addNote(at) },
      {
        label: "Paste",
        icon: ClipboardPaste,
        keys: "mod+v",
        run: () => void paste(actions, at),
      },
    ],
    [{ label: "Tidy up", icon: Wand, keys: "shift+l", run: actions.tidy }],
  ];
}

/** After the menu has closed and given up the focus. */
function later(run: () => void): void {
  setTimeout(run, 0);
}
