import type { Role } from "#src/schemas/workspace.ts";
import { echoGraph } from "#tests/support/graphs.ts";

/** Kinds of thing that a procedure's input can name. */
export type TargetKind = "workflow" | "schedule" | "execution" | "member" | "invitation" | "testCase";

interface Row {
  /** Who may call it. */
  readonly access: Role | "public";
  readonly rest: string | null;
  /** What its input names; null when it names nothing. */
  readonly target: TargetKind | null;
  /** A fitting input for that target. */
  readonly input: (id: string) => unknown;
  /** Calling it as oneself would end the caller's own session or change their own account: tried elsewhere. */
  readonly aboutCaller?: true;
  /** An own target's other lawful answers: an ended execution cannot be cancelled, and so on. */
  readonly alsoFine?: readonly string[];
}

const nothing = () => undefined;
const password = "correct horse battery";
const badToken = "a-token-that-nobody-has-made-at-all";

/**
 * Every procedure, who may call it and what it names. A procedure without a row fails the test: whoever adds one says here what it is
 * for strangers.
 */
export const accessTable: Readonly<Record<string, Row>> = {
  "auth.status": { access: "public", rest: "GET /auth/status", target: null, input: nothing },
  "auth.setUp": {
    access: "public",
    rest: "POST /auth/set-up",
    target: null,
    input: () => ({ username: "Eve", password }),
    alsoFine: ["conflict"],
  },
  "auth.signIn": {
    access: "public",
    rest: "POST /auth/sign-in",
    target: null,
    input: () => ({ username: "nobody", password }),
    alsoFine: ["unauthenticated", "rate_limited"],
  },
  "auth.signOut": { access: "viewer", rest: "POST /auth/sign-out", target: null, input: nothing, aboutCaller: true },
  "auth.invitation": {
    access: "public",
    rest: null,
    target: null,
    input: () => ({ token: badToken }),
    alsoFine: ["unauthenticated", "rate_limited"],
  },
  "auth.signUp": {
    access: "public",
    rest: null,
    target: null,
    input: () => ({ token: badToken, username: "Eve", password }),
    alsoFine: ["unauthenticated", "rate_limited"],
  },
  "auth.changePassword": {
    access: "viewer",
    rest: null,
    target: null,
    input: () => ({ current: "not the password", next: password }),
    aboutCaller: true,
  },
  "workspaces.current": { access: "viewer", rest: "GET /workspace", target: null, input: nothing },
  "workspaces.rename": { access: "owner", rest: null, target: null, input: () => ({ name: "Renamed" }) },
  "workspaces.members": { access: "viewer", rest: null, target: null, input: nothing },
  "workspaces.setRole": {
    access: "owner",
    rest: null,
    target: "member",
    input: (profileId) => ({ profileId, role: "viewer" }),
  },
  "workspaces.removeMember": { access: "owner", rest: null, target: "member", input: (profileId) => ({ profileId }) },
  "workspaces.invite": { access: "owner", rest: null, target: null, input: () => ({ role: "viewer" }) },
  "workspaces.invitations": { access: "owner", rest: null, target: null, input: nothing },
  "workspaces.revokeInvitation": { access: "owner", rest: null, target: "invitation", input: (id) => ({ id }) },
  "workspaces.audit": { access: "owner", rest: null, target: null, input: () => ({}) },
  "workspaces.retention": { access: "viewer", rest: "GET /workspace/retention", target: null, input: nothing },
  "workspaces.setRetention": {
    access: "owner",
    rest: "PUT /workspace/retention",
    target: null,
    input: () => ({ maxAgeDays: 30, maxExecutions: null, maxBytes: null }),
  },
  "workspaces.storage": { access: "owner", rest: "GET /workspace/storage", target: null, input: nothing },
  "workflows.list": { access: "viewer", rest: "GET /workflows", target: null, input: () => ({}) },
  "workflows.get": { access: "viewer", rest: "GET /workflows/{id}", target: "workflow", input: (id) => ({ id }) },
  "workflows.create": { access: "editor", rest: "POST /workflows", target: null, input: () => ({ name: "Made" }) },
  "workflows.update": {
    access: "editor",
    rest: "PUT /workflows/{id}",
    target: "workflow",
    input: (id) => ({ id, name: "Changed", graph: echoGraph() }),
  },
  "workflows.delete": { access: "editor", rest: "DELETE /workflows/{id}", target: "workflow", input: (id) => ({ id }) },
  "workflows.restore": {
    access: "editor",
    rest: "POST /workflows/{id}/restore",
    target: "workflow",
    input: (id) => ({ id }),
  },
  "workflows.duplicate": {
    access: "editor",
    rest: "POST /workflows/{id}/duplicate",
    target: "workflow",
    input: (id) => ({ id }),
  },
  "workflows.execute": {
    access: "operator",
    rest: "POST /workflows/{id}/execute",
    target: "workflow",
    input: (id) => ({ id, input: 1 }),
  },
  "schedules.list": { access: "viewer", rest: "GET /schedules", target: null, input: () => ({}) },
  "schedules.preview": {
    access: "viewer",
    rest: "GET /schedules/preview",
    target: null,
    input: () => ({ cron: "0 8 * * *" }),
  },
  "schedules.create": {
    access: "editor",
    rest: "POST /schedules",
    target: "workflow",
    input: (workflowId) => ({ workflowId, name: "Daily", cron: "0 8 * * *", enabled: false }),
  },
  "schedules.update": {
    access: "editor",
    rest: "PUT /schedules/{id}",
    target: "schedule",
    input: (id) => ({ id, enabled: false }),
  },
  "schedules.delete": {
    access: "editor",
    rest: "DELETE /schedules/{id}",
    target: "schedule",
    input: (id) => ({ id }),
  },
  "schedules.restore": {
    access: "editor",
    rest: "POST /schedules/{id}/restore",
    target: "schedule",
    input: (id) => ({ id }),
  },
  "agents.list": { access: "viewer", rest: "GET /agents", target: null, input: nothing },
  "agents.get": { access: "viewer", rest: "GET /agents/{id}", target: null, input: () => ({ id: "llm" }) },
  "agents.models": { access: "viewer", rest: "GET /models", target: null, input: nothing },
  "executions.list": { access: "viewer", rest: "GET /executions", target: null, input: () => ({}) },
  "executions.get": { access: "viewer", rest: "GET /executions/{id}", target: "execution", input: (id) => ({ id }) },
  "executions.queue": {
    access: "viewer",
    rest: "GET /executions/{id}/queue",
    target: "execution",
    input: (id) => ({ id }),
  },
  "executions.cancel": {
    access: "operator",
    rest: "POST /executions/{id}/cancel",
    target: "execution",
    input: (id) => ({ id }),
    alsoFine: ["conflict"],
  },
  "executions.retry": {
    access: "operator",
    rest: "POST /executions/{id}/retry",
    target: "execution",
    input: (id) => ({ id }),
    alsoFine: ["conflict"],
  },
  "executions.rerun": {
    access: "operator",
    rest: "POST /executions/{id}/rerun",
    target: "execution",
    input: (id) => ({ id }),
    alsoFine: ["conflict"],
  },
  "executions.fork": {
    access: "operator",
    rest: "POST /executions/{id}/fork",
    target: "execution",
    input: (id) => ({ id, stepKey: "out" }),
    alsoFine: ["conflict"],
  },
  "executions.lineage": {
    access: "viewer",
    rest: "GET /executions/{id}/lineage",
    target: "execution",
    input: (id) => ({ id }),
  },
  "executions.children": {
    access: "viewer",
    rest: "GET /executions/{id}/children",
    target: "execution",
    input: (id) => ({ id }),
  },
  "executions.compare": {
    access: "viewer",
    rest: "GET /executions/{a}/compare/{b}",
    target: "execution",
    input: (id) => ({ a: id, b: id }),
  },
  "executions.replay": {
    access: "viewer",
    rest: "GET /executions/{id}/replay",
    target: "execution",
    input: (id) => ({ id }),
    alsoFine: ["conflict"],
  },
  "executions.answer": {
    access: "viewer",
    rest: "POST /executions/{id}/answer",
    target: "execution",
    input: (id) => ({ id, stepKey: "out", decision: "approved" }),
    alsoFine: ["conflict"],
  },
  "executions.signal": {
    access: "operator",
    rest: "POST /executions/{id}/signal",
    target: "execution",
    input: (id) => ({ id, name: "paid" }),
    alsoFine: ["conflict"],
  },
  "executions.raiseBudget": {
    access: "operator",
    rest: "POST /executions/{id}/budget",
    target: "execution",
    input: (id) => ({ id, budget: { steps: 10 } }),
    alsoFine: ["conflict"],
  },
  "executions.raiseStepBudget": {
    access: "operator",
    rest: "POST /executions/{id}/step-budget",
    target: "execution",
    input: (id) => ({ id, stepKey: "in", budget: { tokens: 10 } }),
    alsoFine: ["conflict"],
  },
  "executions.waiting": { access: "viewer", rest: "GET /waiting", target: null, input: () => ({}) },
  "executions.countWaiting": { access: "viewer", rest: null, target: null, input: nothing },
  "executions.events": {
    access: "viewer",
    rest: "GET /executions/{id}/events",
    target: "execution",
    input: (id) => ({ id }),
  },
  "executions.payload": {
    access: "viewer",
    rest: "GET /executions/{id}/payloads/{hash}",
    target: "execution",
    input: (id) => ({ id, hash: "0".repeat(64) }),
    alsoFine: ["not_found"],
  },
  "tests.list": {
    access: "viewer",
    rest: "GET /workflows/{workflowId}/tests",
    target: "workflow",
    input: (id) => ({ workflowId: id }),
  },
  "tests.create": {
    access: "editor",
    rest: "POST /tests",
    target: "execution",
    input: (id) => ({ executionId: id }),
    alsoFine: ["conflict"],
  },
  "tests.update": {
    access: "editor",
    rest: "PUT /tests/{id}",
    target: "testCase",
    input: (id) => ({ id, name: "Renamed" }),
  },
  "tests.delete": { access: "editor", rest: "DELETE /tests/{id}", target: "testCase", input: (id) => ({ id }) },
  "tests.run": {
    access: "operator",
    rest: "POST /workflows/{workflowId}/tests/run",
    target: "workflow",
    input: (id) => ({ workflowId: id }),
  },
  "tests.export": {
    access: "viewer",
    rest: "GET /workflows/{workflowId}/tests/export",
    target: "workflow",
    input: (id) => ({ workflowId: id }),
  },
  "pins.list": {
    access: "viewer",
    rest: "GET /workflows/{workflowId}/pins",
    target: "workflow",
    input: (id) => ({ workflowId: id }),
  },
  "pins.set": {
    access: "editor",
    rest: "PUT /workflows/{workflowId}/pins/{nodeId}",
    target: "workflow",
    input: (id) => ({ workflowId: id, nodeId: "in", outputs: { value: 1 } }),
  },
  "pins.remove": {
    access: "editor",
    rest: "DELETE /workflows/{workflowId}/pins/{nodeId}",
    target: "workflow",
    input: (id) => ({ workflowId: id, nodeId: "in" }),
  },
  "pins.runStep": {
    access: "operator",
    rest: "POST /workflows/{workflowId}/steps/{nodeId}/run",
    target: "workflow",
    input: (id) => ({ workflowId: id, nodeId: "in" }),
  },
  "executions.watch": { access: "viewer", rest: null, target: "execution", input: (id) => ({ id }) },
  "executions.watchWaiting": { access: "viewer", rest: null, target: null, input: nothing },
  "executions.watchWorkflow": {
    access: "viewer",
    rest: null,
    target: "workflow",
    input: (id) => ({ workflowId: id }),
  },
  "limits.get": { access: "viewer", rest: "GET /limits", target: null, input: nothing },
  "limits.setAgent": {
    access: "editor",
    rest: "PUT /limits/agents/{agent}",
    target: null,
    input: () => ({ agent: "llm", concurrency: 5, perMinute: null }),
  },
  "limits.setDaily": {
    access: "editor",
    rest: "PUT /limits/daily",
    target: null,
    input: () => ({ tokens: 1_000_000, dollars: null }),
  },
  "limits.setWorkflowDaily": {
    access: "editor",
    rest: "PUT /limits/workflows/{workflowId}/daily",
    target: "workflow",
    input: (id) => ({ workflowId: id, tokens: 1_000_000, dollars: null }),
  },
};

/** Addresses that are not procedures: what answers there, and to whom. */
export const otherRoutes: Readonly<Record<string, string>> = {
  "GET /health": "public: state of the process, no call goes out",
  "GET /health/ready": "public: the same; 200 while people may be sent here",
  "GET /health/live": "public: whether the process answers, asks nobody",
  "GET /ws/:workflowId": "session and own Origin before the upgrade; the role is checked in the document",
  "GET /trpc": "session and own Origin before the upgrade; subscriptions only",
  "GET /trpc/*": "the procedures above",
  "POST /trpc/*": "the procedures above; own Origin",
  "GET /api/openapi.json": "public: the description of the product",
  "GET /api/docs": "public: the same for people",
  "GET /api/*": "the procedures above",
  "POST /api/*": "the procedures above; own Origin",
  "PUT /api/*": "the procedures above; own Origin",
  "PATCH /api/*": "the procedures above; own Origin",
  "DELETE /api/*": "the procedures above; own Origin",
  "GET /": "public: the built client",
  "GET /*": "public: the built client",
};
