/** Number of the last event that the log has of an execution, in SQL; null when it has none. `id`: what names the execution there. */
export const logEnd = (id: string): string =>
  `(select last.seq + last.event_count - 1 from execution_events as last where last.execution_id = ${id} order by last.seq desc limit 1)`;
