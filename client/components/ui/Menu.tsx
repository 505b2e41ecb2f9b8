import { Check, type LucideIcon } from "lucide-react";
import { ContextMenu as ContextPrimitive, DropdownMenu as Primitive } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { classes } from "./classes.ts";
import { Kbd } from "./Kbd.tsx";

export type MenuEntry =
  | {
      readonly label: string;
      readonly icon?: LucideIcon;
      readonly shortcut?: string;
      readonly danger?: boolean;
      readonly disabled?: boolean;
      /** Shows a check mark. */
      readonly checked?: boolean;
      /** What opens takes the focus: it waits until the button of the menu has it again, and gives it back to there. */
      readonly opensDialog?: boolean;
      readonly onSelect: () => void;
    }
  | { readonly heading: string }
  | "separator";

const surface = "z-50 min-w-48 max-w-80 animate-in rounded-md bg-raised p-1 shadow-float";
const itemClasses =
  "flex h-8 select-none items-center gap-2 rounded-sm px-2 text-sm outline-none data-[disabled]:opacity-45 data-[highlighted]:bg-hover";

type Parts = Pick<typeof Primitive, "Item" | "Label" | "Separator">;

interface EntriesProps {
  readonly entries: readonly MenuEntry[];
  readonly parts: Parts;
  /** What to do once the menu has closed. */
  readonly onLater?: (open: () => void) => void;
}

function Entries({ entries, parts, onLater }: EntriesProps) {
  return entries.map((entry, index) => {
    if (entry === "separator") {
      // biome-ignore lint/suspicious/noArrayIndexKey: a separator has no identity but its place
      return <parts.Separator key={index} className="-mx-1 my-1 h-px bg-line" />;
    }
    if ("heading" in entry) {
      return (
        <parts.Label key={entry.heading} className="px-2 py-1.5 font-medium text-faint text-xs">
          {entry.heading}
        </parts.Label>
      );
    }
    const { icon: Icon } = entry;
    return (
      <parts.Item
        key={entry.label}
        disabled={entry.disabled ?? false}
        onSelect={() => (entry.opensDialog && onLater ? onLater(entry.onSelect) : entry.onSelect())}
        className={classes(itemClasses, entry.danger === true && "text-danger")}
      >
        {Icon && (
          <Icon aria-hidden size={14} strokeWidth={1.75} className={entry.danger === true ? "" : "text-muted"} />
        )}
        <span className="flex-1 truncate">{entry.label}</span>
        {entry.checked === true && <Check aria-hidden size={14} />}
        {entry.shortcut && <Kbd keys={entry.shortcut} />}
      </parts.Item>
    );
  });
}

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly entries: readonly MenuEntry[];
  readonly align?: "start" | "center" | "end";
  readonly side?: "top" | "right" | "bottom" | "left";
  /** It was asked for before it was there. */
  readonly startsOpen?: boolean;
}

export function Menu({ trigger, entries, align = "end", side = "bottom", startsOpen = false }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const later = useRef<(() => void) | null>(null);
  return (
    <Primitive.Root modal={false} defaultOpen={startsOpen}>
      <Primitive.Trigger asChild ref={button}>
        {trigger}
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={surface}
          onCloseAutoFocus={(event) => {
            const open = later.current;
            later.current = null;
            if (open === null) return;
            event.preventDefault();
            button.current?.focus();
            open();
          }}
        >
          <Entries
            entries={entries}
            parts={Primitive}
            onLater={(open) => {
              later.current = open;
            }}
          />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export interface ContextMenuProps {
  /** The area whose right click (or Shift+F10) opens it; one element that takes a ref. */
  readonly children: ReactNode;
  readonly entries: readonly MenuEntry[];
}

export function ContextMenu({ children, entries }: ContextMenuProps) {
  return (
    <ContextPrimitive.Root>
      <ContextPrimitive.Trigger asChild>{children}</ContextPrimitive.Trigger>
      <ContextPrimitive.Portal>
        <ContextPrimitive.Content collisionPadding={8} className={surface}>
          <Entries entries={entries} parts={ContextPrimitive} />
        </ContextPrimitive.Content>
      </ContextPrimitive.Portal>
    </ContextPrimitive.Root>
  );
}
