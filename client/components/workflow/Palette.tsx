import { useSetAtom } from "jotai";
import { Search } from "lucide-react";
import { type DragEvent, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import type { PaletteRequest } from "#client/canvas/canvasContext.ts";
import { agentDragType } from "#client/canvas/useCanvasDrop.ts";
import { AgentTile } from "#client/components/agents/AgentTile.tsx";
import { categoryLabels } from "#client/components/agents/categories.ts";
import { classes } from "#client/components/ui/classes.ts";
import { Kbd } from "#client/components/ui/Kbd.tsx";
import { useNarrow } from "#client/hooks/useNarrow.ts";
import { editorOverlayAtom } from "#client/stores/editor.ts";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { useEditor, useGraph } from "./EditorContext.ts";
import { fitter, paletteGroups } from "./paletteEntries.ts";
import { useDismiss } from "./useDismiss.ts";

const width = 304;
const height = 404;

/** Searches the agents that can stand here. Enter inserts and connects; an entry can also be dragged onto the canvas. */
export function Palette({ request }: { readonly request: PaletteRequest }) {
  const { actions, definitions, canvas } = useEditor();
  const graph = useGraph();
  const setOverlay = useSetAtom(editorOverlayAtom);
  const [search, setSearch] = useState("");
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const listId = useId();
  const groups = useMemo(
    () => paletteGroups(search, fitter(graph, definitions, request)),
    [search, graph, definitions, request],
  );
  const entries = groups.flatMap((group) => group.entries);
  const place = usePlace(request);
  const close = () => {
    setOverlay({ kind: "none" });
    canvas.current?.focus();
  };
  useDismiss(box, close);

  const insert = (definition: AgentDefinition | undefined) => {
    if (definition === undefined) return;
    setOverlay({ kind: "none" });
    actions?.insert(definition.kind, request);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = { ArrowDown: active + 1, ArrowUp: active - 1 };
    const to = moves[event.key];
    if (to !== undefined) setActive(Math.max(0, Math.min(entries.length - 1, to)));
    else if (event.key === "Enter") insert(entries[active]);
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={box}
      role="dialog"
      aria-label="Add a step"
      className="fixed z-40 flex animate-in flex-col overflow-hidden rounded-lg bg-raised shadow-float"
      style={place}
    >
      <div className="flex h-10 shrink-0 items-center gap-2 border-b px-3">
        <Search aria-hidden size={14} className="text-faint" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the palette is opened to type into it
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={entries[active] ? `${listId}-${entries[active].kind}` : undefined}
          aria-label="Search agents"
          placeholder="Search agents"
          autoComplete="off"
          spellCheck={false}
          value={search}
          onChange={(event) => {
            setSearch(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          className="h-full min-w-0 flex-1 bg-transparent text-sm outline-none"
        />
        <Kbd keys="Enter" />
      </div>
      <div id={listId} role="listbox" aria-label="Agents" className="min-h-0 flex-1 overflow-y-auto p-1">
        {groups.map((group) => (
          <div key={group.category} role="presentation">
            <div aria-hidden className="px-2 pt-2 pb-1 font-medium text-2xs text-faint">
              {categoryLabels[group.category]}
            </div>
            {group.entries.map((definition) => (
              <Entry
                key={definition.kind}
                id={`${listId}-${definition.kind}`}
                definition={definition}
                active={definition === entries[active]}
                onPoint={() => setActive(entries.indexOf(definition))}
                onPick={() => insert(definition)}
                onDropped={close}
              />
            ))}
          </div>
        ))}
        {entries.length === 0 && <p className="px-3 py-8 text-center text-faint">Nothing is called that.</p>}
      </div>
    </div>
  );
}

interface EntryProps {
  readonly id: string;
  readonly definition: AgentDefinition;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onPick: () => void;
  readonly onDropped: () => void;
}

function Entry({ id, definition, active, onPoint, onPick, onDropped }: EntryProps) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) line.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field handles the keys of its list
    <div
      ref={line}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      draggable
      onDragStart={(event: DragEvent) => {
        event.dataTransfer.setData(agentDragType, definition.kind);
        event.dataTransfer.effectAllowed = "copy";
      }}
      onDragEnd={(event) => {
        if (event.dataTransfer.dropEffect === "copy") onDropped();
      }}
      onPointerMove={onPoint}
      onClick={onPick}
      className={classes("flex select-none items-center gap-2.5 rounded-sm px-2 py-1.5", active && "bg-hover")}
    >
      <AgentTile icon={definition.icon} category={definition.category} />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm">{definition.label}</span>
        <span className="block truncate text-2xs text-faint">{definition.description}</span>
      </span>
    </div>
  );
}

/** Where it was asked for, moved so that all of it is on the screen; at the foot of a narrow one. */
function usePlace({ screen }: PaletteRequest) {
  const narrow = useNarrow();
  if (narrow) return { left: 8, right: 8, bottom: 8, height: "min(404px, 70dvh)" };
  const at = screen ?? { x: window.innerWidth / 2 - width / 2, y: 120 };
  return {
    width,
    height: Math.min(height, window.innerHeight - 24),
    left: Math.max(12, Math.min(at.x, window.innerWidth - width - 12)),
    top: Math.max(12, Math.min(at.y, window.innerHeight - height - 12)),
  };
}
