import { useAtom, useSetAtom } from "jotai";
import { CircleAlert, X } from "lucide-react";
import { useMemo, useState } from "react";
import { useKeyed } from "#client/canvas/canvasContext.ts";
import { selectNodes } from "#client/canvas/selection.ts";
import { AgentTile } from "#client/components/agents/AgentTile.tsx";
import { classes } from "#client/components/ui/classes.ts";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { StatusIcon } from "#client/components/ui/StatusIcon.tsx";
import { outlineAtom, selectionAtom } from "#client/stores/editor.ts";
import { framesOf } from "#src/document/frames.ts";
import { layersOf } from "#src/graph/topology.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";
import { useEditor, useGraph } from "./EditorContext.ts";

/** The graph as a list in the order it runs, with what each step leads to: for finding, and for who cannot see the canvas. */
export function Outline() {
  const graph = useGraph();
  const setOpen = useSetAtom(outlineAtom);
  const [search, setSearch] = useState("");
  const nodes = useMemo(() => outlined(graph), [graph]);
  const found = nodes.filter(({ node }) =>
    `${node.name} ${node.key}`.toLowerCase().includes(search.trim().toLowerCase()),
  );
  return (
    <nav
      aria-label="Outline of the workflow"
      className="absolute top-3 bottom-16 left-16 z-10 flex w-64 animate-fade flex-col overflow-hidden rounded-md border bg-surface"
    >
      <header className="flex h-10 shrink-0 items-center gap-1 border-b pr-1 pl-3">
        <input
          aria-label="Find a step"
          placeholder="Find a step"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="h-full min-w-0 flex-1 bg-transparent text-sm outline-none"
        />
        <IconButton icon={X} label="Close the outline" shortcut="o" size="sm" onClick={() => setOpen(false)} />
      </header>
      <ol className="min-h-0 flex-1 overflow-y-auto p-1">
        {found.map(({ node, depth }) => (
          <OutlineItem key={node.id} node={node} depth={depth} graph={graph} />
        ))}
      </ol>
      {found.length === 0 && <p className="p-6 text-center text-faint text-xs">No step is called that.</p>}
    </nav>
  );
}

interface Outlined {
  readonly node: GraphNode;
  /** How many containers are around it. */
  readonly depth: number;
}

/** Layer by layer; what lies in a container follows it. */
function outlined(graph: Graph): Outlined[] {
  const { childrenOf } = framesOf(graph);
  const within = (container: string | undefined, depth: number): Outlined[] => {
    const nodes = [...childrenOf(container)];
    const ids = new Set<string>(nodes.map(({ id }) => id));
    const edges = graph.edges.filter(({ source, target }) => ids.has(source) && ids.has(target));
    const ordered = layersOf({ nodes, edges }).flat();
    return ordered.flatMap((node) => [{ node, depth }, ...(ids.has(node.id) ? within(node.id, depth + 1) : [])]);
  };
  return within(undefined, 0);
}

function OutlineItem({ node, depth, graph }: Outlined & { readonly graph: Graph }) {
  const { definitions, keyed, canvas } = useEditor();
  const [selection, setSelection] = useAtom(selectionAtom);
  const run = useKeyed(keyed.runs, node.id);
  const problems = useKeyed(keyed.problems, node.id)?.length ?? 0;
  const definition = definitions(node.agent);
  const selected = selection.nodes.has(node.id);
  return (
    <li className="[contain-intrinsic-size:auto_32px] [content-visibility:auto]">
      <button
        type="button"
        aria-current={selected || undefined}
        onClick={() => {
          setSelection(selectNodes([node.id]));
          canvas.current?.reveal([node.id]);
        }}
        className={classes(
          "flex h-8 w-full items-center gap-2 rounded-sm px-2 text-left focus-visible:-outline-offset-2",
          selected ? "bg-pressed" : "hover:bg-hover",
        )}
      >
        {depth > 0 && <span aria-hidden style={{ width: depth * 16 }} className="shrink-0" />}
        <AgentTile icon={definition?.icon} category={definition?.category} size="sm" />
        <span className={classes("min-w-0 flex-1 truncate", node.disabled === true && "text-faint line-through")}>
          {node.name}
        </span>
        <span className="sr-only">{spoken(node, graph, definition?.label)}</span>
        {problems > 0 && <CircleAlert size={13} className="shrink-0 text-danger" aria-label={`${problems} problems`} />}
        {run !== undefined && <StatusIcon status={run.status} />}
      </button>
    </li>
  );
}

/** What the canvas shows of it with lines. */
function spoken(node: GraphNode, graph: Graph, label: string | undefined): string {
  const names = graph.edges
    .filter((edge) => edge.source === node.id)
    .map((edge) => graph.nodes.find((each) => each.id === edge.target)?.name);
  const next = names.length === 0 ? "leads nowhere" : `leads to ${names.join(", ")}`;
  const around = graph.nodes.find(({ id }) => id === node.parent);
  const inside = around === undefined ? "" : `, in ${around.name}`;
  return `, ${label ?? node.agent}${inside}${node.disabled === true ? ", disabled" : ""}, ${next}`;
}
