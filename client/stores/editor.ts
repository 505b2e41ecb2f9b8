import { atom } from "jotai";
import { atomWithStorage } from "jotai/utils";
import type { MenuTarget, PaletteRequest, Point } from "#client/canvas/canvasContext.ts";
import { allIterations, type IterationChoice } from "#client/canvas/iterations.ts";
import { nothingSelected, type Selection } from "#client/canvas/selection.ts";

/** What is selected in the open editor; emptied when another workflow opens. */
export const selectionAtom = atom<Selection>(nothingSelected);

export type Tool = "pointer" | "hand";
export const toolAtom = atom<Tool>("pointer");

/** The one thing that lies over the canvas. */
export type EditorOverlay =
  | { readonly kind: "none" }
  | { readonly kind: "palette"; readonly request: PaletteRequest }
  | { readonly kind: "menu"; readonly target: MenuTarget; readonly screen: Point }
  | { readonly kind: "runForm" }
  /** Asks what goes into a step that is to run alone. */
  | { readonly kind: "runStep"; readonly nodeId: string };
export const editorOverlayAtom = atom<EditorOverlay>({ kind: "none" });

/** Asks the inspector to put the cursor into the name of the selected node. Grows with each wish. */
export const renameWishAtom = atom(0);

export const zoomAtom = atom(1);

/** The execution on the canvas and in the run panel; null: none. */
export const shownExecutionAtom = atom<string | null>(null);

/** Runs that this person put away, the last ones: they do not come back with a reload. */
export const putAwayExecutionsAtom = atomWithStorage<readonly string[]>("agentflow.editor.putAway", [], undefined, {
  getOnInit: true,
});

/** Which iterations of its containers are on screen. */
export const iterationsAtom = atom<IterationChoice>(allIterations);

/** Only on narrow screens, where the inspector is a sheet. */
export const inspectorSheetAtom = atom(false);

export const outlineAtom = atomWithStorage("agentflow.editor.outline", false, undefined, { getOnInit: true });
export const minimapAtom = atomWithStorage("agentflow.editor.minimap", true, undefined, { getOnInit: true });

export interface RunPanelLook {
  readonly open: boolean;
  /** CSS pixels. */
  readonly height: number;
  readonly view: "list" | "timeline";
}
export const runPanelAtom = atomWithStorage<RunPanelLook>(
  "agentflow.editor.runPanel",
  { open: false, height: 280, view: "list" },
  undefined,
  { getOnInit: true },
);

/** Whether the hint about model keys may still appear in this browser. */
export const keyHintAtom = atomWithStorage("agentflow.hint.modelKey", true, undefined, { getOnInit: true });
