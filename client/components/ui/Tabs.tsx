import { Tabs as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";

export interface TabsProps<Value extends string> {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly label: string;
  readonly tabs: readonly {
    readonly value: Value;
    readonly label: string;
    readonly badge?: ReactNode;
    readonly disabled?: boolean;
  }[];
  /** At the right end of the row of tabs. */
  readonly aside?: ReactNode;
  /** Content of the tab that is open; scrolls by itself. */
  readonly children: ReactNode;
  readonly className?: string;
}

export function Tabs<Value extends string>(props: TabsProps<Value>) {
  const { value, onChange, label, tabs, aside, children, className } = props;
  return (
    <Primitive.Root
      value={value}
      onValueChange={(next) => {
        const tab = tabs.find((each) => each.value === next);
        if (tab) onChange(tab.value);
      }}
      className={classes("flex min-h-0 flex-col", className)}
    >
      <div className="flex h-9 shrink-0 items-center justify-between gap-2 border-b px-2">
        <Primitive.List aria-label={label} className="flex h-full min-w-0 gap-0.5 overflow-x-auto">
          {tabs.map((tab) => (
            <Primitive.Trigger
              key={tab.value}
              value={tab.value}
              disabled={tab.disabled ?? false}
              className={classes(
                "relative flex h-full items-center gap-1.5 px-2 text-faint text-sm transition-colors hover:text-text disabled:opacity-40",
                "focus-visible:-outline-offset-2 data-[state=active]:text-text",
                "after:absolute after:inset-x-2 after:-bottom-px after:h-0.5 data-[state=active]:after:bg-accent",
              )}
            >
              {tab.label}
              {tab.badge}
            </Primitive.Trigger>
          ))}
        </Primitive.List>
        {aside}
      </div>
      <Primitive.Content value={value} className="min-h-0 flex-1 overflow-auto focus-visible:-outline-offset-2">
        {children}
      </Primitive.Content>
    </Primitive.Root>
  );
}
