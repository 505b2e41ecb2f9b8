import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";

export interface FieldControl {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

export interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null | undefined;
  /** Sits at the right of the label: a toggle, a counter. */
  readonly aside?: ReactNode;
  /** Receives what ties the control to its label, hint and error: spread it on the control. */
  readonly children: (control: FieldControl) => ReactNode;
}

export function Field({ label, hint, error, aside, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex min-h-4 items-center justify-between gap-2">
        <label htmlFor={id} className="font-medium text-muted text-xs">
          {label}
        </label>
        {aside}
      </div>
      {children({
        id,
        "aria-describedby": note ? `${id}-note` : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {error ? (
        <p id={`${id}-note`} role="alert" className="flex items-start gap-1 text-danger text-xs">
          <CircleAlert aria-hidden size={12} className="mt-0.5 shrink-0" />
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-note`} className="text-faint text-xs">
            {hint}
          </p>
        )
      )}
    </div>
  );
}
