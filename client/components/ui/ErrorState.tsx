import { RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";

export interface ErrorStateProps {
  /** What happened. */
  readonly title: string;
  /** What to do about it. */
  readonly children?: ReactNode;
  readonly onRetry?: () => void;
  readonly retrying?: boolean;
  readonly actions?: ReactNode;
  /** Lets the operator find the request in the server's log. */
  readonly requestId?: string | undefined;
}

export function ErrorState({ title, children, onRetry, retrying = false, actions, requestId }: ErrorStateProps) {
  return (
    <div role="alert" className="flex flex-1 flex-col items-center justify-center px-6 py-16 text-center">
      <div className="mb-4 flex size-10 items-center justify-center rounded-lg bg-danger-soft text-danger">
        <TriangleAlert aria-hidden size={18} strokeWidth={1.75} />
      </div>
      <h2 className="font-medium text-base">{title}</h2>
      {children && <p className="mt-1 max-w-100 text-balance text-muted">{children}</p>}
      <div className="mt-5 flex flex-wrap justify-center gap-2">
        {onRetry && (
          <Button icon={RotateCw} busy={retrying} onClick={onRetry}>
            Try again
          </Button>
        )}
        {actions}
      </div>
      {requestId && <p className="mt-4 select-text font-mono text-2xs text-faint">Request {requestId}</p>}
    </div>
  );
}
