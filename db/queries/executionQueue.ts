import { sql } from "drizzle-orm";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";
import type { ExecutionQueue } from "#src/schemas/execution.ts";
import type { Tx } from "../client.ts";

interface Row {
  readonly is_free: boolean;
  readonly concurrency_limit: number | null;
  readonly starts_per_minute: number | null;
  readonly is_let_in: boolean;
  readonly is_queued: boolean;
  readonly taken: number;
  readonly ahead: number;
  readonly is_rated: boolean;
}

/** Why nobody works on it, by what claims go by (`db/statements/claimExecutions.ts`). Null: there is no such execution. */
export async function findQueue(
  tx: Tx,
  { workspaceId, id }: { readonly workspaceId: WorkspaceId; readonly id: ExecutionId },
): Promise<ExecutionQueue | null> {
  const found = await tx.execute(sql`
    with own as (
      select *, status = 'queued' as is_queued,
        lease_owner is null and (status = 'queued' or (status = 'waiting' and wake_at <= clock_timestamp())) as is_free
      from workflow_executions where workspace_id = ${workspaceId} and id = ${id}
    ), last as (
      select max(start_number) as number from workflow_executions
      where workflow_id = (select workflow_id from own where starts_per_minute is not null) and start_number is not null
    )
    select is_free, concurrency_limit, starts_per_minute, start_number is not null as is_let_in, is_queued, (
      select count(*)::int from workflow_executions as other
      where other.workflow_id = own.workflow_id and other.concurrency_slot is not null
        and (other.lease_owner is not null or other.status in ('running', 'cancelling'))
    ) as taken, (
      select count(*)::int from (
        select from workflow_executions as other
        where own.is_queued and own.concurrency_limit is not null and other.workflow_id = own.workflow_id
          and other.lease_owner is null and other.status = 'queued' and other.concurrency_limit is not null
          and (other.priority > own.priority or (other.priority = own.priority and other.created_at < own.created_at))
        limit 1000
      ) as before
    ) as ahead, exists (
      select from workflow_executions as earlier
      where earlier.workflow_id = own.workflow_id
        and earlier.start_number = (select number from last) + 1 - own.starts_per_minute
        and earlier.admitted_at > clock_timestamp() - interval '1 minute'
    ) as is_rated
    from own`);
  // A list on Postgres; PGlite wraps it.
  const [row] = (Array.isArray(found) ? found : (found as unknown as { rows: unknown[] }).rows) as unknown as Row[];
  return row === undefined ? null : queueOf(row);
}

function queueOf({ is_free, is_queued, is_let_in, is_rated, taken, ahead, ...row }: Row): ExecutionQueue {
  const { concurrency_limit: places, starts_per_minute: rate } = row;
  if (!is_free) return { waitsFor: null, limit: null, ahead: 0 };
  if (places !== null && taken >= places) return { waitsFor: "place", limit: places, ahead };
  if (rate !== null && is_queued && !is_let_in && (is_rated || ahead > 0))
    return { waitsFor: "rate", limit: rate, ahead };
  return { waitsFor: "room", limit: null, ahead };
}
