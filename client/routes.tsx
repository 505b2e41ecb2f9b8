import { useAtomValue } from "jotai";
import { lazy, Suspense, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import type { Session } from "#src/schemas/workspace.ts";
import { ErrorBoundary } from "./components/shell/ErrorBoundary.tsx";
import { Shell } from "./components/shell/Shell.tsx";
import { ErrorState } from "./components/ui/ErrorState.tsx";
import { SkeletonRows } from "./components/ui/Skeleton.tsx";
import { SessionContext } from "./hooks/useSession.ts";
import { NotFoundPage } from "./pages/NotFoundPage.tsx";
import { openDocumentAtom } from "./stores/openDocument.ts";
import { readError, trpc } from "./trpc.ts";

const SetUpPage = lazy(() => import("./pages/start/SetUpPage.tsx").then((m) => ({ default: m.SetUpPage })));
const SignInPage = lazy(() => import("./pages/start/SignInPage.tsx").then((m) => ({ default: m.SignInPage })));
const SignedOutDialog = lazy(() =>
  import("./pages/start/SignedOutDialog.tsx").then((m) => ({ default: m.SignedOutDialog })),
);
const JoinPage = lazy(() => import("./pages/start/JoinPage.tsx").then((m) => ({ default: m.JoinPage })));
const WorkflowsPage = lazy(() =>
  import("./pages/workflows/WorkflowsPage.tsx").then((m) => ({ default: m.WorkflowsPage })),
);
const EditorPage = lazy(() => import("./pages/editor/EditorPage.tsx").then((m) => ({ default: m.EditorPage })));
const ExecutionsPage = lazy(() =>
  import("./pages/executions/ExecutionsPage.tsx").then((m) => ({ default: m.ExecutionsPage })),
);
const ExecutionPage = lazy(() =>
  import("./pages/executions/ExecutionPage.tsx").then((m) => ({ default: m.ExecutionPage })),
);
const AgentsPage = lazy(() => import("./pages/agents/AgentsPage.tsx").then((m) => ({ default: m.AgentsPage })));
const SettingsPage = lazy(() => import("./pages/settings/SettingsPage.tsx").then((m) => ({ default: m.SettingsPage })));

/** Decides by who is signed in; the path stays, so that signing in leads to where one wanted to go. */
export function Routes() {
  const status = trpc.auth.status.useQuery(undefined, { staleTime: 60_000 });
  const openDocument = useAtomValue(openDocumentAtom);
  const [last, setLast] = useState<Session | null>(null);
  const now = status.data?.session ?? null;
  if (now !== null && now !== last) setLast(now);
  if (status.isPending) return <div role="status" aria-label="Loading" className="h-dvh bg-canvas" />;
  // Who was signed in a moment ago keeps the page while the server is away.
  if (status.isError && status.data === undefined) {
    const error = readError(status.error);
    return (
      <div className="flex h-dvh">
        <ErrorState
          title="AgentFlow cannot be reached"
          onRetry={() => void status.refetch()}
          retrying={status.isFetching}
          requestId={error.requestId}
        >
          {error.message}
        </ErrorState>
      </div>
    );
  }
  const { needsOwner, session } = status.data;
  const shown = session ?? (openDocument === null ? null : last);
  if (shown) {
    return (
      <SessionContext key={`${shown.workspace.id} ${shown.profile.id}`} value={shown}>
        <Shell>
          <Pages />
        </Shell>
        {session === null && openDocument !== null && (
          <Suspense>
            <SignedOutDialog before={shown} document={openDocument} />
          </Suspense>
        )}
      </SessionContext>
    );
  }
  return (
    <Suspense fallback={<div className="h-dvh bg-canvas" />}>
      {needsOwner ? (
        <SetUpPage />
      ) : (
        <Switch>
          <Route path="/join/:token">{({ token }) => <JoinPage token={token} />}</Route>
          <Route>
            <SignInPage />
          </Route>
        </Switch>
      )}
    </Suspense>
  );
}

const homes = ["/", "/sign-in", "/set-up", "/join/:token"] as const;

function Pages() {
  const [path] = useLocation();
  return (
    <ErrorBoundary resetKey={path}>
      <Suspense fallback={<SkeletonRows />}>
        <Switch>
          {homes.map((home) => (
            <Route key={home} path={home}>
              <Redirect to="/workflows" replace />
            </Route>
          ))}
          <Route path="/workflows">
            <WorkflowsPage />
          </Route>
          <Route path="/workflows/:id/runs">{({ id }) => <Redirect to={`/runs?workflow=${id}`} replace />}</Route>
          <Route path="/workflows/:id">{({ id }) => <EditorPage key={id} workflowId={id} />}</Route>
          <Route path="/runs">
            <ExecutionsPage />
          </Route>
          <Route path="/runs/:id">{({ id }) => <ExecutionPage key={id} executionId={id} />}</Route>
          <Route path="/agents/:kind?">{({ kind }) => <AgentsPage kind={kind} />}</Route>
          <Route path="/settings/:section?">{({ section }) => <SettingsPage section={section} />}</Route>
          <Route>
            <NotFoundPage />
          </Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}
