import type { AgentsService } from "./agentsService.ts";
import type { AnswersService } from "./answersService.ts";
import type { AuthService } from "./authService.ts";
import type { ExecutionsService } from "./executionsService.ts";
import type { LimitsService } from "./limitsService.ts";
import type { RetentionService } from "./retentionService.ts";
import type { SchedulesService } from "./schedulesService.ts";
import type { TravelServices } from "./travel/travelServices.ts";
import type { WorkflowsService } from "./workflowsService.ts";
import type { WorkspacesService } from "./workspacesService.ts";

/** The use cases. Nothing above them knows the database, nothing below them knows who asks. */
export interface Services extends TravelServices {
  readonly auth: AuthService;
  readonly workspaces: WorkspacesService;
  readonly workflows: WorkflowsService;
  readonly executions: ExecutionsService;
  readonly answers: AnswersService;
  readonly agents: AgentsService;
  readonly limits: LimitsService;
  readonly retention: RetentionService;
  readonly schedules: SchedulesService;
}
