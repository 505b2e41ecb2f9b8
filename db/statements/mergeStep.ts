/**
 * How a step's row takes what later events of the step say. Follows `reduceStep` in src/engine: the latest error stays until the
 * step succeeds, usage is the sum of all attempts, the first start counts.
 */
export const mergeStep = `
on conflict (execution_id, step_key) do update set
  status = excluded.status,
  attempt = greatest(execution_steps.attempt, excluded.attempt),
  inputs = coalesce(excluded.inputs, execution_steps.inputs),
  outputs = coalesce(excluded.outputs, execution_steps.outputs),
  error = case when excluded.status = 'succeeded' then null else coalesce(excluded.error, execution_steps.error) end,
  usage = case
    when excluded.usage is null then execution_steps.usage
    when execution_steps.usage is null then excluded.usage
    else jsonb_build_object(
      'model', excluded.usage -> 'model',
      'inputTokens', (execution_steps.usage ->> 'inputTokens')::bigint + (excluded.usage ->> 'inputTokens')::bigint,
      'outputTokens', (execution_steps.usage ->> 'outputTokens')::bigint + (excluded.usage ->> 'outputTokens')::bigint)
    end,
  started_at = coalesce(execution_steps.started_at, excluded.started_at),
  ended_at = coalesce(excluded.ended_at, execution_steps.ended_at)`;
