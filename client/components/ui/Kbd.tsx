import { classes } from "./classes.ts";
import { keyCaps } from "./keys.ts";

const tones = {
  plain: "border-line-strong bg-sunken text-muted",
  inverse: "border-transparent bg-on-inverse/15 text-on-inverse",
  onAccent: "border-on-accent/25 bg-accent-hover text-on-accent",
} as const;

/** Key caps, e.g. `mod+k`. Decoration: the control itself says its key with aria-keyshortcuts. */
export function Kbd({ keys, tone = "plain" }: { readonly keys: string; readonly tone?: keyof typeof tones }) {
  return (
    <span aria-hidden className="inline-flex shrink-0 gap-0.5">
      {keyCaps(keys).map((cap) => (
        <kbd
          key={cap}
          className={classes(
            "flex h-4 min-w-4 items-center justify-center rounded-xs border px-1 font-sans text-[10px] leading-none",
            tones[tone],
          )}
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
