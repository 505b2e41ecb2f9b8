import { Switch as Primitive } from "radix-ui";

export interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly id?: string;
  readonly "aria-label"?: string;
  readonly "aria-describedby"?: string | undefined;
}

export function Switch({ checked, onChange, disabled = false, ...aria }: SwitchProps) {
  return (
    <Primitive.Root
      {...aria}
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      className="inline-flex h-5 w-8 shrink-0 items-center rounded-full bg-faint p-0.5 transition-colors disabled:opacity-50 data-[state=checked]:bg-accent"
    >
      <Primitive.Thumb className="size-4 rounded-full bg-on-accent transition-transform data-[state=checked]:translate-x-3" />
    </Primitive.Root>
  );
}
