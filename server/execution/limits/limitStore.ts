import { z } from "zod";
import type { Database } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { readLimits, wakeHeld } from "#db/statements/readLimits.ts";
import { type WorkflowId, type WorkspaceId, workflowId } from "#src/ids.ts";
import { type AgentLimit, agentLimit, type DailyBudget, type DailyUse } from "#src/schemas/limits.ts";

/** What the database knows of a workspace's limits at one moment. */
export interface StoredLimits {
  readonly agents: ReadonlyMap<string, AgentLimit>;
  readonly daily: DailyBudget;
  readonly used: DailyUse;
  /** Of each workflow that has a budget of its own. */
  readonly workflows: ReadonlyMap<WorkflowId, { readonly daily: DailyBudget; readonly used: DailyUse }>;
  /** The day of `used`, by the database's clock: `2026-11-22` in UTC. */
  readonly day: string;
}

export interface LimitStore {
  /** Errors: unavailable. */
  read(workspaceId: WorkspaceId): Promise<StoredLimits>;
  /** Wakes what waits for the day that begins at `renewsAt`, of one workflow or (null) of all. Errors: unavailable. */
  wake(held: Held): Promise<void>;
}

export interface Held {
  readonly workspaceId: WorkspaceId;
  readonly workflowId: WorkflowId | null;
  readonly renewsAt: number;
}

const ofWorkflow = z.object({
  workflowId,
  tokens: z.number().nullable(),
  dollars: z.number().nullable(),
  spentTokens: z.number(),
  spentDollars: z.number(),
});

interface Row {
  readonly agents: string;
  readonly workflows: string;
  readonly tokens: number | null;
  readonly dollars: number | null;
  readonly spent_tokens: number;
  readonly spent_dollars: number;
  readonly day: string;
}

export function createLimitStore(db: Database): LimitStore {
  return {
    async read(workspaceId) {
      const [row] = await engineRows<Row>(db, readLimits, [workspaceId]);
      const agents = agentLimit.array().parse(JSON.parse(row?.agents ?? "[]"));
      return {
        agents: new Map(agents.map((limit) => [limit.agent, limit])),
        daily: { tokens: row?.tokens ?? null, dollars: row?.dollars ?? null },
        used: { tokens: row?.spent_tokens ?? 0, dollars: row?.spent_dollars ?? 0 },
        workflows: new Map(
          ofWorkflow
            .array()
            .parse(JSON.parse(row?.workflows ?? "[]"))
            .map(({ workflowId: id, tokens, dollars, spentTokens, spentDollars }) => [
              id,
              { daily: { tokens, dollars }, used: { tokens: spentTokens, dollars: spentDollars } },
            ]),
        ),
        day: row?.day ?? "",
      };
    },
    async wake({ workspaceId, workflowId: ofOne, renewsAt }) {
      await engineRows(db, wakeHeld, [workspaceId, renewsAt, ofOne]);
    },
  };
}
