import { Check, ChevronDown } from "lucide-react";
import { Select as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import { fieldClasses } from "./Input.tsx";

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly note?: string;
  readonly disabled?: boolean;
}

export interface SelectProps<Value extends string> {
  readonly value: Value | undefined;
  readonly onChange: (value: Value) => void;
  readonly options: readonly SelectOption<Value>[];
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly id?: string;
  readonly "aria-label"?: string;
  readonly "aria-describedby"?: string | undefined;
  readonly "aria-invalid"?: true | undefined;
  readonly className?: string;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, onChange, options, placeholder = "Choose", disabled = false, className, ...aria } = props;
  return (
    <Primitive.Root
      value={value ?? ""}
      disabled={disabled}
      onValueChange={(next) => {
        const option = options.find((each) => each.value === next);
        if (option) onChange(option.value);
      }}
    >
      <Primitive.Trigger
        {...aria}
        className={classes(
          fieldClasses,
          "inline-flex h-8 items-center justify-between gap-2 px-2.5 text-left text-sm",
          "data-[placeholder]:text-faint",
          className,
        )}
      >
        <span className="truncate">
          <Primitive.Value placeholder={placeholder} />
        </span>
        <ChevronDown aria-hidden size={14} className="shrink-0 text-faint" />
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-80 min-w-(--radix-select-trigger-width) animate-in overflow-hidden rounded-md bg-raised shadow-float"
        >
          <Primitive.Viewport className="p-1">
            {options.map((option) => (
              <Primitive.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="flex h-8 select-none items-center gap-2 rounded-sm px-2 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover"
              >
                {option.icon}
                <Primitive.ItemText>{option.label}</Primitive.ItemText>
                {option.note && <span className="text-faint text-xs">{option.note}</span>}
                <Primitive.ItemIndicator className="ml-auto pl-3">
                  <Check aria-hidden size={14} />
                </Primitive.ItemIndicator>
              </Primitive.Item>
            ))}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
