import type { Database } from "#db/client.ts";
import type { NewExecution } from "#src/engine/ports.ts";
import { asOwner } from "./databases.ts";

export interface Ended {
  readonly count: number;
  /** Of each; 3 unless told. */
  readonly events?: number;
  /** When the first and the last of them ended, days ago; evenly between. */
  readonly daysAgo: readonly [number, number];
  /** As if housekeeping had measured them already. */
  readonly storedBytes?: number | null;
  /** Tells their ids from those of other calls: a letter. */
  readonly series: string;
}

/** Many executions like this one that have ended, written past the engine. Their ids sort by age. */
export async function seedEnded(db: Database, like: NewExecution, ended: Ended) {
  const { count, events = 3, daysAgo, series, storedBytes = null } = ended;
  const { workspaceId, workflowId, versionId } = like;
  const [from, to] = daysAgo;
  await asOwner(
    db,
    `with made as (
      insert into workflow_executions
        (id, workspace_id, workflow_id, version_id, status, trigger, input_data, output_data, last_seq, created_at, started_at, ended_at, stored_bytes)
      select 'exe_${series}' || lpad(n::text, 12, '0'), '${workspaceId}', '${workflowId}', '${versionId}', 'succeeded',
        '{"kind":"manual","by":{"kind":"member","profileId":"usr_1","name":"Ada"}}', '{"n":1}', '{"n":2}', ${events}, at, at, at, ${storedBytes}
      from generate_series(1, ${count}) as n,
        lateral (select now() - make_interval(secs => 86400 * (${from} + (${to} - ${from}) * (n - 1)::float8 / ${Math.max(1, count - 1)}))) as ended (at)
      returning id, workspace_id, ended_at
    )
      insert into execution_events (execution_id, seq, workspace_id, type, body, at)
      select id, seq, workspace_id, 'step_started', json_build_object('type', 'step_started', 'stepKey', 'a', 'text', repeat('x', 200)), ended_at
      from made, generate_series(1, ${events}) as seq`,
  );
}
