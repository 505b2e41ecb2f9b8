import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Link } from "wouter";
import { classes } from "./classes.ts";
import { Kbd } from "./Kbd.tsx";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

const variants: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border border-line-strong bg-surface text-text hover:bg-hover active:bg-pressed",
  ghost: "text-muted hover:bg-hover hover:text-text active:bg-pressed data-[state=open]:bg-hover",
  danger: "bg-danger text-surface hover:bg-danger-hover",
};
const sizes: Record<ButtonSize, string> = {
  sm: "h-7 gap-1.5 rounded-sm px-2 text-xs",
  md: "h-8 gap-1.5 rounded-sm px-3 text-sm",
  lg: "h-10 gap-2 rounded-md px-4 text-base",
};

export function buttonClasses(variant: ButtonVariant, size: ButtonSize, extra?: string): string {
  return classes(
    "inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap font-medium transition-colors",
    "disabled:pointer-events-none disabled:opacity-50 aria-disabled:pointer-events-none aria-disabled:opacity-50",
    variants[variant],
    sizes[size],
    extra,
  );
}

interface Looks {
  readonly variant?: ButtonVariant;
  readonly size?: ButtonSize;
  readonly icon?: LucideIcon;
  /** Shown in the button, e.g. `mod+Enter`. */
  readonly shortcut?: string;
  readonly children?: ReactNode;
}

export interface ButtonProps extends Omit<ComponentProps<"button">, "children">, Looks {
  /** Work is under way: a spinner takes the icon's place and the button cannot be pressed. */
  readonly busy?: boolean;
}

export function Button(props: ButtonProps) {
  const { variant = "secondary", size = "md", icon: Icon, shortcut, busy = false, ...rest } = props;
  const { children, className, disabled, type = "button", ...native } = rest;
  return (
    <button
      {...native}
      type={type}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={buttonClasses(variant, size, className)}
    >
      {busy ? (
        <LoaderCircle aria-hidden size={14} className="animate-spin" />
      ) : (
        Icon && <Icon aria-hidden size={14} strokeWidth={2} />
      )}
      {children}
      {shortcut && <Kbd keys={shortcut} tone={variant === "primary" ? "onAccent" : "plain"} />}
    </button>
  );
}

export interface ButtonLinkProps extends Looks {
  readonly href: string;
  readonly className?: string;
}

/** Looks like a button, is a link: opens in a new tab with the middle button. */
export function ButtonLink({
  variant = "secondary",
  size = "md",
  icon: Icon,
  children,
  href,
  className,
}: ButtonLinkProps) {
  return (
    <Link href={href} className={buttonClasses(variant, size, className)}>
      {Icon && <Icon aria-hidden size={14} strokeWidth={2} />}
      {children}
    </Link>
  );
}
