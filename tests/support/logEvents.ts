/** The log with a row for each event, in SQL, to select from: execution_id, workspace_id, seq, type, body, at. */
export const logEvents = `(
  select log.execution_id, log.workspace_id, log.seq + event.place - 1 as seq, event.body ->> 'type' as type, event.body,
    log.at + event.after_ms * interval '1 millisecond' as at
  from execution_events as log cross join lateral (
    select 1 as place, log.body, 0 as after_ms where log.event_count = 1
    union all
    select place::int, timed -> 1, (timed ->> 0)::int
    from json_array_elements(case when log.event_count > 1 then log.body else '[]' end) with ordinality as list (timed, place)
  ) as event
) as log_event`;
