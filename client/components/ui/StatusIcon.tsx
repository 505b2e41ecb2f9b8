import type { ExecutionStatus, StepStatus } from "#src/schemas/execution.ts";
import { classes } from "./classes.ts";

export type AnyStatus = ExecutionStatus | StepStatus;

interface Looks {
  readonly label: string;
  readonly color: string;
  /** 16 x 16: each status has a shape of its own, so that colour is never the only sign. */
  readonly shape: "dashed" | "dot" | "spin" | "pause" | "stop" | "check" | "cross" | "skip" | "slash";
}

export const statusLooks: Record<AnyStatus, Looks> = {
  queued: { label: "Queued", color: "text-idle", shape: "dot" },
  pending: { label: "Pending", color: "text-idle", shape: "dashed" },
  running: { label: "Running", color: "text-running", shape: "spin" },
  waiting: { label: "Waiting", color: "text-warning", shape: "pause" },
  cancelling: { label: "Stopping", color: "text-warning", shape: "stop" },
  succeeded: { label: "Succeeded", color: "text-success", shape: "check" },
  failed: { label: "Failed", color: "text-danger", shape: "cross" },
  skipped: { label: "Skipped", color: "text-idle", shape: "skip" },
  cancelled: { label: "Cancelled", color: "text-idle", shape: "slash" },
};

function Shape({ shape }: { readonly shape: Looks["shape"] }) {
  const ring = { fill: "none", stroke: "currentColor", strokeWidth: 1.75, strokeLinecap: "round" } as const;
  const sign = { ...ring, stroke: "var(--surface)", strokeLinejoin: "round" } as const;
  switch (shape) {
    case "dashed":
      return <circle cx="8" cy="8" r="6" {...ring} strokeDasharray="2.2 2.5" />;
    case "dot":
      return (
        <>
          <circle cx="8" cy="8" r="6" {...ring} />
          <circle cx="8" cy="8" r="2" fill="currentColor" />
        </>
      );
    case "spin":
      return (
        <>
          <circle cx="8" cy="8" r="6" {...ring} opacity="0.25" />
          <path d="M8 2a6 6 0 0 1 6 6" {...ring} className="origin-center animate-spin" />
        </>
      );
    case "pause":
      return (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path d="M6.4 5.6v4.8M9.6 5.6v4.8" {...sign} />
        </>
      );
    case "stop":
      return (
        <>
          <circle cx="8" cy="8" r="6" {...ring} />
          <rect x="5.75" y="5.75" width="4.5" height="4.5" rx="0.75" fill="currentColor" />
        </>
      );
    case "check":
      return (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path d="m5 8.3 2.1 2.1L11.1 6" {...sign} />
        </>
      );
    case "cross":
      return (
        <>
          <rect x="1.5" y="1.5" width="13" height="13" rx="4" fill="currentColor" />
          <path d="m5.7 5.7 4.6 4.6m0-4.6-4.6 4.6" {...sign} />
        </>
      );
    case "skip":
      return (
        <>
          <circle cx="8" cy="8" r="6" {...ring} />
          <path d="M5.5 8h5m-2-2 2 2-2 2" {...ring} strokeWidth={1.5} />
        </>
      );
    case "slash":
      return (
        <>
          <circle cx="8" cy="8" r="6" {...ring} />
          <path d="m4 12 8-8" {...ring} />
        </>
      );
  }
}

export interface StatusIconProps {
  readonly status: AnyStatus;
  /** In CSS pixels. */
  readonly size?: number;
  readonly className?: string;
  /** The status stands beside it in words: leave the icon unnamed. */
  readonly decorative?: boolean;
  /** Said in place of the status. */
  readonly label?: string | undefined;
}

/** Shape and colour of a status. Named by the status for screen readers unless `decorative`. */
export function StatusIcon({ status, size = 14, className, decorative = false, label }: StatusIconProps) {
  const { label: word, color, shape } = statusLooks[status];
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      data-status={status}
      className={classes("shrink-0", color, className)}
      role="img"
      aria-label={decorative ? undefined : (label ?? word)}
      aria-hidden={decorative || undefined}
    >
      <Shape shape={shape} />
    </svg>
  );
}

/** Icon and word. */
export function StatusLabel({ status }: { readonly status: AnyStatus }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <StatusIcon status={status} decorative />
      {statusLooks[status].label}
    </span>
  );
}
