import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";
import type { StepStatus } from "#src/schemas/execution.ts";
import type { Link, PortRef } from "./connections.ts";
import type { KeyedStore } from "./keyedStore.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a card shows of its step in the execution on screen. */
export interface NodeRun {
  readonly status: StepStatus;
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Text streamed so far. */
  readonly text: string;
  readonly error: string | null;
  /** What was pinned to the step went on in place of its work. */
  readonly pinned: boolean;
  /** Ports that carried a value; null before the step's end. */
  readonly outputs: readonly string[] | null;
  /** Of several iterations together; null for one step. */
  readonly count: { readonly ended: number; readonly failed: number; readonly total: number } | null;
}

/** What a container's frame shows of its iterations. */
export interface FrameRun {
  readonly total: number;
  /** From 0; null: all of them together. */
  readonly chosen: number | null;
  readonly failedCount: number;
  readonly firstFailed: number | null;
}

/** Somebody else who has a node selected. */
export interface NodeVisitor {
  readonly id: number;
  readonly name: string;
  readonly color: string;
}

/** Where the palette was asked from: what it inserts is put at `at` and joined to `from` or into `edgeId`. */
export interface PaletteRequest {
  /** Canvas coordinates; null lets the editor choose a free place. */
  readonly at: Point | null;
  /** Where on the screen to open; null for the usual place. */
  readonly screen: Point | null;
  readonly from: PortRef | null;
  readonly edgeId: string | null;
  /** The container that it goes into. Absent: the one at that place, or around what it is joined to. */
  readonly frame?: string;
}

export type MenuTarget =
  | { readonly kind: "node"; readonly id: string }
  | { readonly kind: "edge"; readonly id: string }
  | { readonly kind: "canvas"; readonly at: Point };

export interface NotePlace extends Point {
  readonly width: number;
  readonly height: number;
}

/** What the canvas asks of whoever shows it. Absent (null) on a read-only canvas. */
export interface CanvasActions {
  move(places: ReadonlyMap<string, Point>): void;
  /** Into a container's frame, or out of all (null); the places are on the canvas. */
  moveInto(places: ReadonlyMap<string, Point>, frame: string | null): void;
  /** `position`: where its left or upper border was moved to, in the frame around it. */
  resizeFrame(id: string, size: { readonly width: number; readonly height: number; readonly position?: Point }): void;
  /** An edge was let go where it cannot end. */
  refuse(why: string): void;
  /** While dragging, before the drop; null at its end. Called for every mouse move. */
  dragging(places: ReadonlyMap<string, Point> | null): void;
  connect(link: Link): void;
  removeEdge(edgeId: string): void;
  openPalette(request: PaletteRequest): void;
  /** An agent dragged from the palette was dropped here. */
  drop(kind: string, at: Point): void;
  duplicate(ids: readonly string[]): void;
  remove(ids: readonly string[]): void;
  toggleDisabled(ids: readonly string[]): void;
  writeNote(id: string, text: string): void;
  placeNote(id: string, place: NotePlace): void;
}

export interface CanvasServices {
  readonly actions: CanvasActions | null;
  readonly runs: KeyedStore<NodeRun>;
  readonly problems: KeyedStore<readonly Diagnostic[]>;
  readonly visitors: KeyedStore<readonly NodeVisitor[]>;
  /** Nodes whose outputs are pinned for the next run. */
  readonly pins: KeyedStore<true>;
  /** Of containers, by node id. */
  readonly iterations: KeyedStore<FrameRun>;
  /** Shows one iteration of a container on the cards in its frame; null shows all together. */
  readonly chooseIteration: (containerId: string, iteration: number | null) => void;
}

export const CanvasContext = createContext<CanvasServices | null>(null);

export function useCanvas(): CanvasServices {
  const services = useContext(CanvasContext);
  if (services === null) throw new Error("A canvas element outside of its canvas");
  return services;
}

/** One key of a keyed store; the component draws again only when that key's value changes. */
export function useKeyed<Value>(store: KeyedStore<Value>, key: string): Value | undefined {
  const subscribe = useCallback((listener: () => void) => store.subscribe(key, listener), [store, key]);
  return useSyncExternalStore(subscribe, () => store.get(key));
}
