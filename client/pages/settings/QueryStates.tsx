import type { ReactNode } from "react";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { SkeletonRows } from "#client/components/ui/Skeleton.tsx";
import { readError } from "#client/trpc.ts";

export interface QueryStatesProps<Answer> {
  readonly query: {
    readonly data: Answer | undefined;
    readonly error: unknown;
    readonly isFetching: boolean;
    readonly refetch: () => unknown;
  };
  /** What could not be loaded, for the error's title. */
  readonly what: string;
  readonly children: (data: Answer) => ReactNode;
}

/** Loading, error or content of one question to the server. */
export function QueryStates<Answer>({ query, what, children }: QueryStatesProps<Answer>) {
  if (query.data !== undefined) return children(query.data);
  if (!query.error) return <SkeletonRows rows={3} label={`Loading ${what}`} />;
  const error = readError(query.error);
  return (
    <ErrorState
      title={`Could not load ${what}`}
      onRetry={() => void query.refetch()}
      retrying={query.isFetching}
      requestId={error.requestId}
    >
      {error.message}
    </ErrorState>
  );
}
