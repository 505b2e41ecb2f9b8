import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo, useEffect, useRef, useState } from "react";
import { lazyPart } from "#client/hooks/lazyPart.tsx";
import { useCanvas } from "./canvasContext.ts";
import type { NoteCanvasNode } from "./canvasNodes.ts";
import { grid, snap } from "./geometry.ts";

const Markdown = lazyPart(() => import("#client/components/ui/Markdown.tsx").then((m) => m.Markdown));

/** A note on the canvas: double-click or Enter writes, Escape or leaving it ends writing. */
export const NoteNode = memo(function NoteNode({ id, data, selected }: NodeProps<NoteCanvasNode>) {
  const { actions } = useCanvas();
  const { note } = data;
  // A note that was added just now is there to be written.
  const [writing, setWriting] = useState(actions !== null && selected && note.text === "");
  return (
    <>
      {actions !== null && (
        <NodeResizer
          isVisible={selected}
          minWidth={grid * 12}
          minHeight={grid * 6}
          onResizeEnd={(_, place) =>
            actions.placeNote(id, {
              x: snap(place.x),
              y: snap(place.y),
              width: snap(place.width),
              height: snap(place.height),
            })
          }
        />
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the same is reached by Enter on the selected note */}
      <div
        className="note-card"
        data-selected={selected || undefined}
        onDoubleClick={(event) => {
          if (actions === null) return;
          event.stopPropagation();
          setWriting(true);
        }}
      >
        {writing ? (
          <NoteText text={note.text} onWrite={(text) => actions?.writeNote(id, text)} onEnd={() => setWriting(false)} />
        ) : (
          <NoteWords text={note.text} />
        )}
      </div>
    </>
  );
});

function NoteWords({ text }: { readonly text: string }) {
  if (text === "") return <p className="text-faint">Double-click to write</p>;
  return <Markdown fallback={<PlainWords text={text} />}>{text}</Markdown>;
}

/** The words of a note while what formats them is on its way, without its marks. */
function PlainWords({ text }: { text: string }) {
  const [first = "", ...rest] = text.replace(/[*`]/g, "").split("\n");
  return (
    <div className="markdown">
      {first.startsWith("#") ? <h2>{first.replace(/^#+ */, "")}</h2> : <p>{first}</p>}
      <p className="whitespace-pre-wrap">{rest.join("\n").trim()}</p>
    </div>
  );
}

function NoteText(props: { text: string; onWrite: (text: string) => void; onEnd: () => void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);
  return (
    <textarea
      ref={field}
      aria-label="Note"
      className="nodrag nopan nowheel"
      defaultValue={props.text}
      onChange={(event) => props.onWrite(event.target.value)}
      onBlur={props.onEnd}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") props.onEnd();
      }}
    />
  );
}
