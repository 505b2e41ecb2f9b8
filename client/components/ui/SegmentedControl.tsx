import type { LucideIcon } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import { classes } from "./classes.ts";

export interface SegmentedControlProps<Value extends string> {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly icon?: LucideIcon }[];
  /** Icons only; the label becomes the accessible name. */
  readonly iconOnly?: boolean;
  readonly size?: "sm" | "md";
}

/** One of a few, all in sight. */
export function SegmentedControl<Value extends string>(props: SegmentedControlProps<Value>) {
  const { value, onChange, label, options, iconOnly = false, size = "md" } = props;
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      aria-label={label}
      onValueChange={(next) => {
        const option = options.find((each) => each.value === next);
        if (option) onChange(option.value);
      }}
      className={classes(
        "inline-flex shrink-0 items-center gap-0.5 rounded-sm bg-sunken p-0.5",
        size === "md" ? "h-8" : "h-7",
      )}
    >
      {options.map(({ value: each, label: name, icon: Icon }) => (
        <ToggleGroup.Item
          key={each}
          value={each}
          aria-label={iconOnly ? name : undefined}
          title={iconOnly ? name : undefined}
          className={classes(
            "inline-flex h-full items-center gap-1.5 rounded-xs font-medium text-muted text-xs transition-colors hover:text-text",
            "data-[state=on]:bg-raised data-[state=on]:text-text data-[state=on]:shadow-[0_0_0_1px_var(--line)]",
            size === "md" ? "px-2.5" : "px-2",
          )}
        >
          {Icon && <Icon aria-hidden size={14} strokeWidth={1.75} />}
          {!iconOnly && name}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
