import type { Database } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { readLimits, wakeHeld } from "#db/statements/readLimits.ts";
import type { WorkspaceId } from "#src/ids.ts";
import { type AgentLimit, agentLimit, type DailyBudget, type DailyUse } from "#src/schemas/limits.ts";

/** What the database knows of a workspace's limits at one moment. */
export interface StoredLimits {
  readonly agents: ReadonlyMap<string, AgentLimit>;
  readonly daily: DailyBudget;
  readonly used: DailyUse;
  /** The day of `used`, by the database's clock: `2026-11-22` in UTC. */
  readonly day: string;
}

export interface LimitStore {
  /** Errors: unavailable. */
  read(workspaceId: WorkspaceId): Promise<StoredLimits>;
  /** Wakes what waits for the day that begins at `renewsAt`. Errors: unavailable. */
  wake(workspaceId: WorkspaceId, renewsAt: number): Promise<void>;
}

interface Row {
  readonly agents: string;
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
        day: row?.day ?? "",
      };
    },
    async wake(workspaceId, renewsAt) {
      await engineRows(db, wakeHeld, [workspaceId, renewsAt]);
    },
  };
}
