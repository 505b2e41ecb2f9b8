import { ChevronDown, ChevronUp, Plus, Trash2 } from "lucide-react";
import { type ComponentType, useState } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { isJsonObject, type JsonObject, type JsonValue } from "#src/json.ts";
import type { ConfigFieldProps, FieldProps } from "./fieldProps.ts";
import { type FieldSpec, isShown } from "./fieldSpecs.ts";

interface ListFieldProps extends FieldProps {
  /** How a setting of an item is drawn; comes in from `ConfigField`, which draws lists. */
  readonly part: ComponentType<ConfigFieldProps>;
}

/** A list of objects: one card an item, opened to edit. */
export function ListField({ nodeId, spec, value, onChange, part }: ListFieldProps) {
  const items = Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
  const [open, setOpen] = useState<number | null>(null);
  const write = (next: readonly JsonObject[]) => onChange?.(next);
  const add = () => {
    write([...items, newItem(spec, items)]);
    setOpen(items.length);
  };
  return (
    <div className="flex flex-col gap-1.5">
      {items.map((item, index) => (
        <ListItem
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place
          key={index}
          nodeId={nodeId}
          spec={spec}
          part={part}
          index={index}
          item={item}
          open={open === index}
          onToggle={() => setOpen(open === index ? null : index)}
          onChange={onChange === null ? null : (next) => write(items.map((each, at) => (at === index ? next : each)))}
          onRemove={() => {
            write(items.filter((_, at) => at !== index));
            setOpen(null);
          }}
          onUp={index === 0 ? null : () => write(swapped(items, index))}
        />
      ))}
      {onChange !== null && (
        <Button icon={Plus} size="sm" className="self-start" onClick={add}>
          Add {singular(spec.title)}
        </Button>
      )}
    </div>
  );
}

interface ListItemProps {
  readonly nodeId: string;
  readonly spec: FieldSpec;
  readonly part: ListFieldProps["part"];
  readonly index: number;
  readonly item: JsonObject;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly onChange: ((item: JsonObject) => void) | null;
  readonly onRemove: () => void;
  readonly onUp: (() => void) | null;
}

function ListItem(props: ListItemProps) {
  const { nodeId, spec, part: Part, index, item, open, onToggle, onChange, onRemove, onUp } = props;
  const name = nameOf(item) ?? `${singular(spec.title)} ${index + 1}`;
  const Chevron = open ? ChevronUp : ChevronDown;
  return (
    <div className="rounded-sm border bg-surface">
      <div className="flex h-8 items-center gap-1 pr-1">
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className="flex h-full min-w-0 flex-1 items-center gap-2 rounded-sm px-2.5 text-left"
        >
          <Chevron aria-hidden size={14} className="shrink-0 text-faint" />
          <span className="truncate">{name}</span>
          {typeof item.type === "string" && <span className="text-faint text-xs">{item.type}</span>}
          {item.required === true && <span className="text-faint text-xs">required</span>}
        </button>
        {onChange !== null && onUp !== null && (
          <IconButton icon={ChevronUp} label={`Move ${name} up`} size="sm" onClick={onUp} />
        )}
        {onChange !== null && <IconButton icon={Trash2} label={`Remove ${name}`} size="sm" onClick={onRemove} />}
      </div>
      {open && (
        <div className="flex flex-col gap-3 border-t p-2.5">
          {shownParts(spec, item).map((part) => (
            <Part
              key={part.name}
              nodeId={nodeId}
              spec={part}
              path={`${spec.name}.${index}.${part.name}`}
              value={item[part.name]}
              onChange={onChange === null ? null : (value) => onChange(withPart(item, part.name, value))}
            />
          ))}
        </div>
      )}
    </div>
  );
}

const shownParts = (spec: FieldSpec, item: JsonObject) => spec.items.filter((part) => isShown(part, item, spec.items));

/** What an item is called: by its name, or by the model it stands for. */
function nameOf({ name, provider, model }: JsonObject): string | null {
  const words = [name, provider, model].filter((word) => typeof word === "string" && word !== "");
  return words.length === 0 ? null : words.join(" ");
}

function withPart(item: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  const { [name]: _, ...others } = item;
  return value === undefined ? others : { ...item, [name]: value };
}

function swapped(items: readonly JsonObject[], index: number): JsonObject[] {
  const next = [...items];
  const [moved] = next.splice(index, 1);
  if (moved !== undefined) next.splice(index - 1, 0, moved);
  return next;
}

/** Defaults of the schema; a name that no other item has. */
function newItem(spec: FieldSpec, items: readonly JsonObject[]): JsonObject {
  const item: Record<string, JsonValue> = {};
  for (const part of spec.items) if (part.fallback !== undefined) item[part.name] = part.fallback;
  if (spec.items.some((part) => part.name === "name")) {
    const taken = new Set(items.map((each) => each.name));
    let number = items.length + 1;
    while (taken.has(`${singular(spec.title)}${number}`)) number += 1;
    item.name = `${singular(spec.title)}${number}`;
  }
  return item;
}

const singular = (title: string): string => title.toLowerCase().replace(/s$/, "").replace(/\s/g, "");
