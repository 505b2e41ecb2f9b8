import { classes } from "./classes.ts";

/** Tokens of the colours that people have; text on them is the surface's colour, which each of them is readable with. */
export const personHues = ["triggers", "ai", "flow", "data", "code"] as const;

/** A colour that stays with a person, from their name or id. A CSS value. */
export function personColor(identity: string): string {
  let sum = 0;
  for (const letter of identity) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return `var(--cat-${personHues[sum % personHues.length]})`;
}

const initials = (name: string): string =>
  name
    .split(/[\s._-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((part) => Array.from(part)[0]?.toUpperCase() ?? "")
    .join("");

export interface AvatarProps {
  readonly name: string;
  /** CSS pixels. */
  readonly size?: number;
  readonly color?: string;
  readonly className?: string;
}

/** Initials on the person's colour. Decoration beside a name: give the name in words too. */
export function Avatar({ name, size = 20, color = personColor(name), className }: AvatarProps) {
  return (
    <span
      aria-hidden
      title={name}
      data-initials={initials(name)}
      className={classes(
        "inline-flex shrink-0 select-none items-center justify-center rounded-full font-semibold text-surface",
        // By style: initials are no text of the button or link around them.
        "before:content-[attr(data-initials)]",
        className,
      )}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.42), background: color }}
    />
  );
}
