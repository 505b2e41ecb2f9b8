import { ChevronRight } from "lucide-react";
import { createContext, type ReactNode, useContext, useState } from "react";
import { isJsonObject, type JsonValue } from "#src/json.ts";
import { isReference, isWrapped, listLength, type PayloadReference } from "#src/schemas/payload.ts";
import { Button } from "./Button.tsx";
import { classes } from "./classes.ts";
import { plural } from "./format.ts";

const firstChildren = 50;
const longText = 400;

/**
 * Shows a reference to a large value, where values may have some; null where they are whole, and an object that looks like one is
 * somebody's own.
 */
export const JsonMarks = createContext<((reference: PayloadReference) => ReactNode) | null>(null);

/** A JSON value to fold and unfold; long lists and texts show more on demand. */
export function JsonTree({ value }: { readonly value: JsonValue }) {
  return (
    <div className="select-text font-mono text-xs leading-5">
      <Value name={null} value={value} depth={0} />
    </div>
  );
}

interface ValueProps {
  readonly name: string | null;
  readonly value: JsonValue;
  readonly depth: number;
}

function Value({ name, value: given, depth }: ValueProps) {
  const marks = useContext(JsonMarks);
  if (marks !== null && isReference(given)) {
    return (
      <div className="flex items-start gap-1.5 py-0.5 pl-4">
        <Name name={name} />
        {marks(given)}
      </div>
    );
  }
  const value = marks !== null && isWrapped(given) ? given.value : given;
  if (Array.isArray(value) || isJsonObject(value)) return <Branch name={name} value={value} depth={depth} />;
  return (
    <div className="flex gap-1.5 pl-4">
      <Name name={name} />
      {typeof value === "string" ? <Text text={value} /> : <Scalar value={value as number | boolean | null} />}
    </div>
  );
}

const Name = ({ name }: { readonly name: string | null }) =>
  name === null ? null : <span className="shrink-0 text-muted">{name}:</span>;

const Scalar = ({ value }: { readonly value: number | boolean | null }) => (
  <span className={typeof value === "number" ? "tabular text-cat-data" : "text-cat-ai"}>{String(value)}</span>
);

function Text({ text }: { readonly text: string }) {
  const [whole, setWhole] = useState(false);
  const cut = text.length > longText && !whole;
  return (
    <span className="min-w-0 whitespace-pre-wrap break-words text-success">
      {`"${cut ? text.slice(0, longText) : text}`}
      {cut ? "…" : '"'}
      {cut && (
        <button
          type="button"
          onClick={() => setWhole(true)}
          className="ml-2 rounded-xs font-sans text-accent-text text-xs hover:underline"
        >
          {`Show all ${text.length.toLocaleString("en")} characters`}
        </button>
      )}
    </span>
  );
}

function Branch({ name, value, depth }: ValueProps) {
  const [open, setOpen] = useState(depth < 2);
  const [shown, setShown] = useState(firstChildren);
  const marks = useContext(JsonMarks);
  const isList = Array.isArray(value);
  const entries: [string, JsonValue][] = Object.entries(value as Record<string, JsonValue>);
  const items = isList && marks !== null ? listLength(value as readonly JsonValue[]) : entries.length;
  const size = isList ? plural(items, "item") : plural(entries.length, "key");
  if (entries.length === 0) {
    return (
      <div className="flex gap-1.5 pl-4">
        <Name name={name} />
        <span className="text-faint">{isList ? "[]" : "{}"}</span>
      </div>
    );
  }
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex max-w-full items-center gap-1.5 rounded-xs pr-1 text-left hover:bg-hover"
      >
        <ChevronRight
          aria-hidden
          size={12}
          className={classes("-mr-1 shrink-0 text-faint transition-transform", open && "rotate-90")}
        />
        <Name name={name} />
        <span className="text-faint">{isList ? `[ ${size} ]` : `{ ${size} }`}</span>
      </button>
      {open && (
        <div className="ml-1.5 border-l pl-2">
          {entries.slice(0, shown).map(([key, child]) => (
            <Value key={key} name={key} value={child} depth={depth + 1} />
          ))}
          {entries.length > shown && (
            <Button size="sm" variant="ghost" onClick={() => setShown(shown + 10 * firstChildren)}>
              {`Show more of ${entries.length.toLocaleString("en")}`}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
