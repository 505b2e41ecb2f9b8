import { Search, X } from "lucide-react";
import type { Ref } from "react";
import { classes } from "./classes.ts";
import { Input } from "./Input.tsx";
import { Kbd } from "./Kbd.tsx";

export interface SearchInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly ref?: Ref<HTMLInputElement>;
  readonly className?: string;
}

/** Escape clears it, then leaves it. The page gives it the key `/`. */
export function SearchInput({ label, value, onChange, ref, className }: SearchInputProps) {
  return (
    <div className={classes("relative", className ?? "w-40 sm:w-56")}>
      <Search aria-hidden size={14} className="pointer-events-none absolute top-2.25 left-2.5 text-faint" />
      <Input
        ref={ref}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        aria-label={label}
        placeholder="Search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (value) onChange("");
          else event.currentTarget.blur();
        }}
        className="px-8"
      />
      {value ? (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => onChange("")}
          className="absolute top-1.5 right-1.5 flex size-5 items-center justify-center rounded-xs text-faint hover:bg-hover hover:text-text"
        >
          <X aria-hidden size={12} />
        </button>
      ) : (
        <span className="pointer-events-none absolute top-2 right-2 hidden sm:flex">
          <Kbd keys="/" />
        </span>
      )}
    </div>
  );
}
