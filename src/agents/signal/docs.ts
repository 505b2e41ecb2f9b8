export const signalDocs = `
Waits until another system calls the run with a name, and passes on what it sent. Survives restarts; takes no room meanwhile.

**Input** \`value\`: anything. **Outputs** \`value\`: what the caller sent. \`expired\`: what arrived, when nobody called before the
deadline.

**Example.** An HTTP request asks a payment service for a link and tells it the run's id, \`{{ execution.id }}\`; this step waits for
\`paid\` with the deadline \`2 d\`; the service then calls

    POST /api/executions/<id>/signal
    {"name": "paid", "value": {"amount": 12}}

The step's page shows the whole line for curl. A call with a name that nothing waits for is answered with 409, so that the caller
knows; so is a second one, and one after the deadline. Several steps that wait for the same name go on together.
`.trim();
