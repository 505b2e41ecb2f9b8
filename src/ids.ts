import { z } from "zod";

/** Prefix of each kind of id. An id is `prefix_` and 26 lower-case Crockford base-32 characters (a ULID: sorts by time). */
export const idPrefixes = {
  profile: "usr",
  workspace: "ws",
  invitation: "inv",
  workflow: "wf",
  version: "ver",
  execution: "exe",
  agent: "agt",
  audit: "aud",
  testCase: "tst",
  schedule: "sch",
} as const;

export type IdKind = keyof typeof idPrefixes;
type Branded<Kind extends IdKind> = string & z.$brand<`${Kind}Id`>;

export type ProfileId = Branded<"profile">;
export type WorkspaceId = Branded<"workspace">;
export type InvitationId = Branded<"invitation">;
export type WorkflowId = Branded<"workflow">;
export type VersionId = Branded<"version">;
export type ExecutionId = Branded<"execution">;
export type AgentId = Branded<"agent">;
export type AuditId = Branded<"audit">;
export type TestCaseId = Branded<"testCase">;
export type ScheduleId = Branded<"schedule">;

export function idSchema<Kind extends IdKind>(kind: Kind) {
  return z
    .string()
    .regex(new RegExp(`^${idPrefixes[kind]}_[0-9a-hjkmnp-tv-z]{26}$`), `Not the id of ${kind}`)
    .brand<`${Kind}Id`>();
}

export const profileId = idSchema("profile");
export const workspaceId = idSchema("workspace");
export const invitationId = idSchema("invitation");
export const workflowId = idSchema("workflow");
export const versionId = idSchema("version");
export const executionId = idSchema("execution");
export const testCaseId = idSchema("testCase");
export const scheduleId = idSchema("schedule");

/** Makes ids; the adapter owns the clock and the randomness. */
export type NewId = <Kind extends IdKind>(kind: Kind) => Branded<Kind>;

/** Joins a kind's prefix and a ULID. Adapters call it; everything else receives `NewId`. */
export function joinId<Kind extends IdKind>(kind: Kind, ulid: string): Branded<Kind> {
  return `${idPrefixes[kind]}_${ulid.toLowerCase()}` as Branded<Kind>;
}
