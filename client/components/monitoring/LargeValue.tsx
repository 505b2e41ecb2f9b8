import { Download, FolderDown } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { payloadQuery, useWholeValue, whyNotLoaded } from "#client/hooks/useWholeValue.ts";
import { trpc } from "#client/trpc.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import { type PayloadReference, payloadKey } from "#src/schemas/payload.ts";
import { Button } from "../ui/Button.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { showBytes } from "../ui/format.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { JsonMarks, JsonTree } from "../ui/JsonTree.tsx";
import { saveFile } from "../ui/saveFile.ts";
import { toast } from "../ui/Toast.tsx";

interface LargeValueProps {
  readonly executionId: string;
  readonly reference: PayloadReference;
}

/** A value that is kept beside the run's log: how it begins and how large it is; whole when somebody wants it. */
export function LargeValue({ executionId, reference }: LargeValueProps) {
  const [asked, setAsked] = useState(false);
  const { [payloadKey]: hash, kind, preview } = reference;
  const request = { id: executionId as ExecutionId, hash };
  const loaded = trpc.executions.payload.useQuery(request, { ...payloadQuery, enabled: asked });
  // Copying brings it here too, and unfolds nothing.
  const value = asked ? loaded.data?.value : undefined;
  const block = useLoadedFocus(value !== undefined);
  const ask = () => {
    if (asked) void loaded.refetch();
    else setAsked(true);
  };
  return (
    <div className="min-w-0 max-w-full font-sans">
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5 rounded-sm border border-line-strong border-dashed py-0.5 pr-0.5 pl-2">
        <span className="min-w-0 max-w-80 flex-1 basis-24 truncate font-mono text-muted text-xs">
          {kind === "text" ? `"${preview}…` : `${preview}…`}
        </span>
        <span className="tabular shrink-0 text-faint text-xs">{sizeOf(reference)}</span>
        <span className="flex shrink-0 items-center gap-0.5">
          {value === undefined && (
            <Button
              size="sm"
              variant="ghost"
              icon={Download}
              aria-label={`Load ${sizeOf(reference)}`}
              busy={loaded.isFetching}
              onClick={ask}
            >
              Load
            </Button>
          )}
          <ValueButtons executionId={executionId} reference={reference} />
        </span>
      </div>
      {loaded.error && (
        <p
          role="alert"
          className="mt-1 text-danger text-xs"
        >{`It could not be loaded: ${whyNotLoaded(loaded.error)}`}</p>
      )}
      {value !== undefined && (
        <div ref={block} tabIndex={-1} className="mt-1.5 outline-none">
          <Loaded value={value} />
        </div>
      )}
    </div>
  );
}

/** Whoever loaded a value stands at it then: the button that they pressed is gone. */
function useLoadedFocus(isLoaded: boolean) {
  const block = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const isNowhere = document.activeElement === null || document.activeElement === document.body;
    if (isLoaded && isNowhere) block.current?.focus({ preventScroll: true });
  }, [isLoaded]);
  return block;
}

/** 1.2 MB text; 4,000 items, 320 kB. */
function sizeOf({ bytes, kind, items }: PayloadReference): string {
  if (items !== undefined) return `${items.toLocaleString("en")} items, ${showBytes(bytes)}`;
  return `${showBytes(bytes)} ${kind}`;
}

/** Copying and saving load the value by themselves. */
function ValueButtons({ executionId, reference }: LargeValueProps) {
  const whole = useWholeValue(executionId);
  const text = async () => {
    const { items: _items, ...one } = reference;
    const value = await whole(one);
    return typeof value === "string" ? value : JSON.stringify(value, null, 2);
  };
  const download = async () => {
    try {
      const name = `value-${reference[payloadKey].slice(0, 8)}`;
      if (reference.kind === "text") saveFile(await text(), `${name}.txt`, "text/plain;charset=utf-8");
      else saveFile(await text(), `${name}.json`);
    } catch (error) {
      toast.error("It could not be downloaded", { description: whyNotLoaded(error) });
    }
  };
  return (
    <>
      <CopyButton label={`Copy the whole value, ${sizeOf(reference)}`} text={text} />
      <IconButton
        icon={FolderDown}
        size="sm"
        label={`Download the whole value, ${sizeOf(reference)}`}
        onClick={() => void download()}
      />
    </>
  );
}

/** Text that is put on screen at once: a browser lays megabytes out in one go. */
const piece = 50_000;

function Loaded({ value }: { readonly value: JsonValue }) {
  const [shown, setShown] = useState(piece);
  if (typeof value !== "string") {
    return (
      // It is whole: what looks like a reference in it is somebody's own.
      <JsonMarks value={null}>
        <JsonTree value={value} />
      </JsonMarks>
    );
  }
  return (
    <>
      <p className="select-text whitespace-pre-wrap break-words text-sm leading-5">{value.slice(0, shown)}</p>
      {value.length > shown && (
        <Button size="sm" variant="ghost" onClick={() => setShown(shown + 10 * piece)}>
          {`Show more of ${value.length.toLocaleString("en")} characters`}
        </Button>
      )}
    </>
  );
}
