/** The call that a step waits for, as a line for a shell. `jar` has the session's cookie: `curl -c jar ... /api/auth/sign-in` puts it there. */
export function signalLine(origin: string, executionId: string, name: string): string {
  const body = JSON.stringify({ name, value: {} }).replaceAll("'", "'\\''");
  return `curl -b jar -H 'content-type: application/json' \\\n  -d '${body}' \\\n  ${origin}/api/executions/${executionId}/signal`;
}
