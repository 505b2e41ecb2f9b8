import { useAtomValue } from "jotai";
import { useEffect, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import type { Session } from "#src/schemas/workspace.ts";
import { ErrorBoundary } from "./components/shell/ErrorBoundary.tsx";
import { Shell } from "./components/shell/Shell.tsx";
import { ErrorState } from "./components/ui/ErrorState.tsx";
import { SkeletonRows } from "./components/ui/Skeleton.tsx";
import { lazyPage, lazyPart, whenIdle } from "./hooks/lazyPart.tsx";
import { SessionContext } from "./hooks/useSession.ts";
import { NotFoundPage } from "./pages/NotFoundPage.tsx";
import { openDocumentAtom } from "./stores/openDocument.ts";
import { readError, trpc } from "./trpc.ts";

const SetUpPage = lazyPage(() => import("./pages/start/SetUpPage.tsx").then((m) => m.SetUpPage));
const SignInPage = lazyPage(() => import("./pages/start/SignInPage.tsx").then((m) => m.SignInPage));
const SignedOutDialog = lazyPart(() => import("./pages/start/SignedOutDialog.tsx").then((m) => m.SignedOutDialog));
const JoinPage = lazyPage(() => import("./pages/start/JoinPage.tsx").then((m) => m.JoinPage));
const WorkflowsPage = lazyPage(() => import("./pages/workflows/WorkflowsPage.tsx").then((m) => m.WorkflowsPage));
const EditorPage = lazyPage(() => import("./pages/editor/EditorPage.tsx").then((m) => m.EditorPage));
const ExecutionsPage = lazyPage(() => import("./pages/executions/ExecutionsPage.tsx").then((m) => m.ExecutionsPage));
const ExecutionPage = lazyPage(() => import("./pages/executions/ExecutionPage.tsx").then((m) => m.ExecutionPage));
const ComparePage = lazyPage(() => import("./pages/executions/ComparePage.tsx").then((m) => m.ComparePage));
const WaitingPage = lazyPage(() => import("./pages/waiting/WaitingPage.tsx").then((m) => m.WaitingPage));
const TestsPage = lazyPage(() => import("./pages/tests/TestsPage.tsx").then((m) => m.TestsPage));
const SchedulesPage = lazyPage(() => import("./pages/schedules/SchedulesPage.tsx").then((m) => m.SchedulesPage));
const AgentsPage = lazyPage(() => import("./pages/agents/AgentsPage.tsx").then((m) => m.AgentsPage));
const SettingsPage = lazyPage(() => import("./pages/settings/SettingsPage.tsx").then((m) => m.SettingsPage));

/** Small, and where people go next: they come long after the first view, so that going there waits for nothing. */
const nextPages = [
  WorkflowsPage,
  ExecutionsPage,
  ExecutionPage,
  WaitingPage,
  AgentsPage,
  SettingsPage,
  SignedOutDialog,
];
const quietMs = 4_000;

/** Decides by who is signed in; the path stays, so that signing in leads to where one wanted to go. */
export function Routes() {
  const status = trpc.auth.status.useQuery(undefined, {
    staleTime: 60_000,
    // Who has signed in in another tab finds it done here.
    refetchOnWindowFocus: ({ state }) => (state.data?.session ? true : "always"),
  });
  const openDocument = useAtomValue(openDocumentAtom);
  const [last, setLast] = useState<Session | null>(null);
  const now = status.data?.session ?? null;
  if (now !== null && now !== last) setLast(now);
  const isOutside = status.isSuccess && now === null;
  // While somebody types a name and a password, the editor that they will land in comes.
  useEffect(() => (isOutside ? whenIdle(EditorPage.preload, 500) : undefined), [isOutside]);
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
        {session === null && openDocument !== null && <SignedOutDialog before={shown} document={openDocument} />}
      </SessionContext>
    );
  }
  return needsOwner ? (
    <SetUpPage fallback={blank} />
  ) : (
    <Switch>
      <Route path="/join/:token">{({ token }) => <JoinPage token={token} fallback={blank} />}</Route>
      <Route>
        <SignInPage fallback={blank} />
      </Route>
    </Switch>
  );
}

const blank = <div className="h-dvh bg-canvas" />;
const rows = <SkeletonRows />;

const homes = ["/", "/sign-in", "/set-up", "/join/:token"] as const;

function Pages() {
  const [path] = useLocation();
  useEffect(
    () =>
      whenIdle(() => {
        for (const page of nextPages) page.preload();
      }, quietMs),
    [],
  );
  return (
    <ErrorBoundary resetKey={path}>
      <Switch>
        {homes.map((home) => (
          <Route key={home} path={home}>
            <Redirect to="/workflows" replace />
          </Route>
        ))}
        <Route path="/workflows">
          <WorkflowsPage fallback={rows} />
        </Route>
        <Route path="/workflows/:id/runs">{({ id }) => <Redirect to={`/runs?workflow=${id}`} replace />}</Route>
        <Route path="/workflows/:id/tests">{({ id }) => <TestsPage key={id} workflowId={id} fallback={rows} />}</Route>
        <Route path="/workflows/:id/schedules">
          {({ id }) => <SchedulesPage key={id} workflowId={id} fallback={rows} />}
        </Route>
        <Route path="/workflows/:id">{({ id }) => <EditorPage key={id} workflowId={id} fallback={rows} />}</Route>
        <Route path="/runs">
          <ExecutionsPage fallback={rows} />
        </Route>
        <Route path="/runs/compare">
          <ComparePage fallback={rows} />
        </Route>
        <Route path="/runs/:id">{({ id }) => <ExecutionPage key={id} executionId={id} fallback={rows} />}</Route>
        <Route path="/waiting">
          <WaitingPage fallback={rows} />
        </Route>
        <Route path="/agents/:kind?">{({ kind }) => <AgentsPage kind={kind} fallback={rows} />}</Route>
        <Route path="/settings/:section?">{({ section }) => <SettingsPage section={section} fallback={rows} />}</Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </ErrorBoundary>
  );
}
