import { sql } from "drizzle-orm";
import { describeAgent } from "#src/agents/describe.ts";
import { registry } from "#src/agents/registry.ts";
import type { AgentId } from "#src/ids.ts";
import type { Database } from "./client.ts";
import { agents } from "./schema/index.ts";
import { withEngine } from "./tenant.ts";

/** Any number, as long as nothing else in the database takes it. */
const seedLock = 4_607_182_419;

/** Writes the built-in agents of this release into the catalogue; those of another release stay, executions may name them. */
export async function seedAgents(db: Database): Promise<void> {
  const rows = Object.values(registry).map((definition) => {
    const { kind, label, configSchema } = describeAgent(definition);
    return { id: `agt_${kind}` as AgentId, name: kind, displayName: label, configSchema, isBuiltin: true };
  });
  await withEngine(db, async (tx) => {
    // Their names are unique, too, which "on conflict" of ids does not see to: two that start in one moment would meet there.
    await tx.execute(sql`select pg_advisory_xact_lock(${seedLock})`);
    await tx
      .insert(agents)
      .values(rows)
      .onConflictDoUpdate({
        target: agents.id,
        set: {
          displayName: sql`excluded.display_name`,
          configSchema: sql`excluded.config_schema`,
          updatedAt: sql`now()`,
        },
        setWhere: sql`(agents.display_name, agents.config_schema) is distinct from (excluded.display_name, excluded.config_schema)`,
      });
  });
}
