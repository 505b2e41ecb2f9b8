import type { Logger } from "pino";
import { bossConnection } from "#db/bossConnection.ts";
import { type Database, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { hasProfiles } from "#db/queries/profiles.ts";
import { hasSchedules } from "#db/queries/schedules.ts";
import { withEngine, withIdentity } from "#db/tenant.ts";
import { describeAgent } from "#src/agents/describe.ts";
import { executors } from "#src/agents/executors.ts";
import { catalogue, registry } from "#src/agents/registry.ts";
import { noWorkflowCalls } from "#src/agents/workflowCalls.ts";
import type { StepPorts } from "#src/engine/deps.ts";
import type { ClaimedExecution } from "#src/engine/ports.ts";
import type { WorkspaceId } from "#src/ids.ts";
import { systemClock } from "./adapters/clock.ts";
import { createCodeAnalysis } from "./adapters/codeAnalysis/codeAnalysis.ts";
import { createEgress } from "./adapters/egress.ts";
import { newId } from "./adapters/ids.ts";
import { createLog } from "./adapters/log.ts";
import { createChatModels } from "./adapters/models/createChatModels.ts";
import { describeProviders, modelAddresses } from "./adapters/models/settings.ts";
import { createPasswords } from "./adapters/passwords.ts";
import { createLocalRateLimits, createRedisRateLimits } from "./adapters/rateLimits.ts";
import { type Between, openBetween } from "./between/between.ts";
import type { Notices } from "./between/notices.ts";
import { type SharedFeed, shareFeed } from "./between/sharedFeed.ts";
import { seedDemoWorkflow } from "./demo/seedDemoWorkflow.ts";
import type { Env } from "./env.ts";
import { createFailpoints } from "./execution/failpoints.ts";
import { createFeed } from "./execution/feed.ts";
import { createLimits } from "./execution/limits/createLimits.ts";
import { createRunner } from "./execution/runner.ts";
import { startHousekeeping } from "./housekeeping/housekeeping.ts";
import { createHealth, type Health } from "./http/health.ts";
import type { UpgradeDeps } from "./http/upgrades.ts";
import { createDocuments, type Documents } from "./realtime/documents/documents.ts";
import { createTrpcSockets, type TrpcSockets } from "./realtime/trpc/trpcSockets.ts";
import { createFiring } from "./schedules/firing.ts";
import { startTicker, type Ticker } from "./schedules/ticker.ts";
import { type Activity, createNudge, type Waiting } from "./services/activity.ts";
import { createAgentsService } from "./services/agentsService.ts";
import { createAnswersService } from "./services/answersService.ts";
import { createAudit } from "./services/audit.ts";
import { createAuthService } from "./services/authService.ts";
import { createExecutionsService } from "./services/executionsService.ts";
import { createLimitsService } from "./services/limitsService.ts";
import type { Executions } from "./services/ports.ts";
import { createPrepare } from "./services/prepare.ts";
import { createRetentionService } from "./services/retentionService.ts";
import { createSchedulesService } from "./services/schedulesService.ts";
import type { Services } from "./services/services.ts";
import { createSessions, type Sessions, type SessionsEnded } from "./services/sessions.ts";
import { createTravelServices } from "./services/travel/travelServices.ts";
import { createWorkflowCalls } from "./services/workflowCalls.ts";
import { createWorkflowsService } from "./services/workflowsService.ts";
import { createWorkspacesService } from "./services/workspacesService.ts";

/** Everything the app stands on, wired once. */
export interface Deps extends UpgradeDeps {
  readonly env: Env;
  readonly log: Logger;
  readonly db: Database;
  readonly health: () => Promise<Health>;
  /** Health says so at once; nothing more is claimed; what runs gets the grace period and is then handed over. Requests are served on. */
  drain(): Promise<void>;
  /** Drains, makes documents durable, closes sockets and connections. */
  stop(): Promise<void>;
}

export interface DepsOptions {
  /** What happens, for whoever waits at the terminal. */
  readonly progress?: (line: string) => void;
  readonly log?: Logger;
}

interface Scheduling {
  readonly db: Database;
  readonly services: Services;
  readonly between: Between;
  readonly log: Logger;
}

/** Where executions run, schedules are looked after too. */
function startSchedules({ db, services, between, log }: Scheduling): Ticker {
  const ticker = startTicker({
    connection: bossConnection(db),
    isEmbedded: db.kind === "pglite",
    isNeeded: () => withEngine(db, hasSchedules),
    tick: createFiring({ db, start: services.workflows.startFor, now: systemClock.now }),
    log,
  });
  between.notices.on("schedules", ticker.wake);
  return ticker;
}

interface Ending {
  readonly sessions: Sessions;
  readonly trpcSockets: TrpcSockets;
  readonly documents: Documents;
  readonly notices: Notices;
}

/** Closes the sockets of a session that ends, here at once and in the other processes when they hear of it. */
function closeEndedSessions({ sessions, trpcSockets, documents, notices }: Ending): void {
  const close = (ended: SessionsEnded | { readonly sessionHash: string }) => {
    trpcSockets.closeFor(ended);
    if ("sessionHash" in ended) return documents.closeFor(ended);
    const { profileId, except } = ended;
    documents.closeFor(except === null ? { profileId } : { profileId, exceptSession: except });
  };
  sessions.onEnded((ended) => {
    close(ended);
    notices.sessions(ended);
  });
  notices.on("sessions", ({ ended }) => {
    sessions.forgetCached();
    close(ended as SessionsEnded);
  });
}

/** How soon a socket learns that another process ended its session. */
const recheckMs = 4_000;

function createModels(env: Env) {
  const settings = { openai: env.openai, anthropic: env.anthropic, compatible: env.compatible };
  const egress = createEgress({ allowed: modelAddresses(settings) });
  return { chat: createChatModels({ settings, egress }), descriptions: describeProviders(settings) };
}

interface ServiceParts {
  readonly db: Database;
  readonly env: Env;
  readonly sessions: Sessions;
  readonly documents: Documents;
  readonly executions: Executions;
  readonly between: Between;
  readonly onSchedules: () => void;
  readonly models: ReturnType<typeof describeProviders>;
  readonly onLimits: (workspaceId: WorkspaceId) => void;
  readonly stepPorts: StepPorts;
  readonly waits: Waiting;
}

function createServices(parts: ServiceParts): {
  readonly services: Services;
  readonly workflowCalls: ReturnType<typeof createWorkflowCalls>;
} {
  const { db, sessions, documents, executions } = parts;
  const { redis, notices } = parts.between;
  const now = systemClock.now;
  const audit = createAudit(newId, now);
  const activity: Activity = createNudge(notices.begun);
  notices.on("begun", ({ workflowIds }) => {
    for (const id of workflowIds) activity.touchHere(id);
  });
  const limits = redis === null ? createLocalRateLimits(now) : createRedisRateLimits(redis, now);
  const prepare = createPrepare({ db, catalogue, newId, now });
  const running = { catalogue, executors, ports: parts.stepPorts, clock: systemClock };
  const seedWorkspace = seedDemoWorkflow({ documents, newId, now });
  const services: Services = {
    auth: createAuthService({ db, sessions, passwords: createPasswords(), limits, audit, newId, now, seedWorkspace }),
    workspaces: createWorkspacesService({ db, sessions, audit, newId, now }),
    workflows: createWorkflowsService({ db, documents, executions, catalogue, prepare, activity, audit, newId, now }),
    executions: createExecutionsService({ db, executions, activity, clock: systemClock }),
    answers: createAnswersService({ db, executions, audit, waits: parts.waits }),
    ...createTravelServices({ ...running, db, documents, executions, prepare, activity, audit, newId, now }),
    limits: createLimitsService({ db, catalogue, audit, now, onChange: parts.onLimits }),
    retention: createRetentionService({ db, audit }),
    schedules: createSchedulesService({ db, audit, newId, now, onChange: parts.onSchedules }),
    agents: createAgentsService(Object.values(registry).map(describeAgent), parts.models),
  };
  return { services, workflowCalls: createWorkflowCalls({ db, documents, executions, prepare, activity }) };
}

interface RunnerParts {
  readonly env: Env;
  readonly db: Database;
  readonly feed: SharedFeed;
  readonly between: Between;
  readonly contextFor: (claimed: ClaimedExecution) => StepPorts;
  readonly waits: Waiting;
  readonly log: Logger;
}

/** Runs executions here, within what their workspaces may do, and hears from the other processes. */
function startRunner({ env, db, feed, between, contextFor, waits, log }: RunnerParts) {
  const limits = createLimits({ db, redis: between.redis, clock: systemClock, log });
  const runner = createRunner({
    ...{ db, feed, catalogue, executors, log },
    clock: systemClock,
    contextFor,
    slots: limits.slots,
    spendingOf: limits.spendingOf,
    capacity: env.role === "api" ? 0 : env.capacity,
    queueLimit: env.queueLimit,
    graceMs: env.graceMs,
    hints: between.notices,
    onWaits: waits.touch,
    failpoints: env.failpoints === null ? null : createFailpoints(env.failpoints),
  });
  between.notices.on("work", runner.look);
  between.notices.on("cancel", ({ executionId, by }) => runner.cancelHere(executionId, by));
  between.notices.on("limits", ({ workspaceId }) => {
    limits.changed(workspaceId);
    runner.look();
  });
  const onLimits = (workspaceId: WorkspaceId) => {
    limits.changed(workspaceId);
    runner.look();
    between.notices.limits(workspaceId);
  };
  return { runner, limits, onLimits };
}

/** Opens the database, migrates it and wires everything. Whoever calls it calls `stop`. Errors: unavailable, config_invalid. */
export async function createDeps(env: Env, options: DepsOptions = {}): Promise<Deps> {
  const log = options.log ?? createLog(env.logLevel);
  const progress = options.progress ?? (() => {});
  progress(env.databaseUrl === null ? "opening the embedded database" : "connecting to PostgreSQL");
  const db = await openDatabase(env.databaseUrl === null ? { folder: env.folder } : { url: env.databaseUrl });
  await migrate(db);
  const between = await openBetween(env.redisUrl, log);
  const { redis } = between;
  const models = createModels(env);
  const codeAnalysis = createCodeAnalysis();
  // A test of a workflow runs none of the others: that would be an effect.
  const stepPorts: StepPorts = { models: models.chat, codeAnalysis, workflows: noWorkflowCalls };
  // The runner begins before the services are there, its first execution after.
  const contextFor = (claimed: ClaimedExecution) => ({ ...stepPorts, workflows: workflowCalls(claimed) });
  const secure = env.publicUrl?.startsWith("https:") ?? false;
  const sessions = createSessions(db, { now: systemClock.now, secure });
  const trpcSockets = createTrpcSockets({ log });
  const documents = createDocuments({
    db,
    catalogue,
    log,
    bus: between.bus,
    authorise: async ({ sessionHash }) => (await sessions.stillOpen([sessionHash])).get(sessionHash) ?? null,
  });
  closeEndedSessions({ sessions, trpcSockets, documents, notices: between.notices });
  const feed = shareFeed(createFeed(), between.bus, systemClock.now);
  const waits: Waiting = createNudge(between.notices.waits);
  between.notices.on("waits", ({ workspaceIds }) => {
    for (const id of workspaceIds) waits.touchHere(id);
  });
  const { runner, limits, onLimits } = startRunner({ env, db, feed, between, contextFor, waits, log });
  const executions: Executions = { ...runner, subscribe: feed.subscribe };
  let ticker: Ticker | null = null;
  const onSchedules = () => {
    ticker?.wake();
    between.notices.schedules();
  };
  const { services, workflowCalls } = createServices({
    ...{ db, env, sessions, documents, executions, between, stepPorts, waits, onLimits, onSchedules },
    models: models.descriptions,
  });
  if (env.role !== "api") ticker = startSchedules({ db, services, between, log });
  let draining: Promise<unknown> | null = null;
  const drain = async () => {
    draining ??= Promise.all([ticker?.stop(), runner.stop()]);
    await draining;
  };
  const housekeeping = env.role === "api" ? null : startHousekeeping({ db, clock: systemClock, newId, log });
  const recheck = setInterval(() => {
    trpcSockets.recheck(sessions.stillOpen).catch((err: unknown) => log.warn({ err }, "sessions not rechecked"));
  }, recheckMs);
  sessions.deleteExpired().catch((err: unknown) => log.warn({ err }, "expired sessions not deleted"));

  return {
    env,
    log,
    db,
    sessions,
    services,
    documents,
    trpcSockets,
    origins: { publicUrl: env.publicUrl, trustProxy: env.trustProxy },
    health: createHealth({
      now: systemClock.now,
      database: () => withIdentity(db, hasProfiles),
      redis: redis === null ? null : () => redis.ping(),
      isDraining: () => draining !== null,
      externalApis: {
        openai: env.openai.key !== null,
        anthropic: env.anthropic.key !== null,
        compatible: env.compatible.url !== null,
      },
    }),
    drain,
    async stop() {
      await Promise.all([drain(), housekeeping?.stop()]);
      clearInterval(recheck);
      trpcSockets.closeAll();
      await documents.close();
      limits.close();
      codeAnalysis.close();
      feed.close();
      between.close();
      await db.close();
    },
  };
}
