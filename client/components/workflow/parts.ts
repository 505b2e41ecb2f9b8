import { lazyPart } from "#client/hooks/lazyPart.tsx";

// What lies around and over the canvas, each in a chunk of its own: the canvas is drawn first.
export const Inspector = lazyPart(() => import("./inspector/Inspector.tsx").then((m) => m.Inspector));
export const CanvasTools = lazyPart(() => import("./CanvasTools.tsx").then((m) => m.CanvasTools));
export const ZoomControls = lazyPart(() => import("./ZoomControls.tsx").then((m) => m.ZoomControls));
export const Sheet = lazyPart(() => import("./Sheet.tsx").then((m) => m.Sheet));
export const Outline = lazyPart(() => import("./Outline.tsx").then((m) => m.Outline));
export const Palette = lazyPart(() => import("./Palette.tsx").then((m) => m.Palette));
export const CanvasMenu = lazyPart(() => import("./CanvasMenu.tsx").then((m) => m.CanvasMenu));
export const ProblemMenu = lazyPart(() => import("./ProblemMenu.tsx").then((m) => m.ProblemMenu));
export const RunForm = lazyPart(() => import("./RunForm.tsx").then((m) => m.RunForm));
export const RunStepDialog = lazyPart(() => import("./RunStepDialog.tsx").then((m) => m.RunStepDialog));
export const RunPanel = lazyPart(() => import("./RunPanel.tsx").then((m) => m.RunPanel));

/** So that none of them is waited for when it is asked for. */
export function preloadParts(): void {
  for (const part of [Inspector, Palette, RunForm, RunPanel, CanvasMenu, ProblemMenu, Outline]) part.preload();
  for (const commands of [import("#src/document/commands/clipboard.ts"), import("#src/document/commands/tidy.ts")])
    commands.catch(() => {});
}
