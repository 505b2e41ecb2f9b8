import { router } from "./procedures.ts";
import { agentsRouter } from "./routers/agents.ts";
import { authRouter } from "./routers/auth.ts";
import { executionsRouter } from "./routers/executions.ts";
import { limitsRouter } from "./routers/limits.ts";
import { pinsRouter } from "./routers/pins.ts";
import { schedulesRouter } from "./routers/schedules.ts";
import { testsRouter } from "./routers/tests.ts";
import { workflowsRouter } from "./routers/workflows.ts";
import { workspacesRouter } from "./routers/workspaces.ts";

export const appRouter = router({
  auth: authRouter,
  workspaces: workspacesRouter,
  workflows: workflowsRouter,
  agents: agentsRouter,
  executions: executionsRouter,
  schedules: schedulesRouter,
  tests: testsRouter,
  pins: pinsRouter,
  limits: limitsRouter,
});
export type AppRouter = typeof appRouter;
