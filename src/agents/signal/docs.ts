export const signalDocs = `
Waits until another system calls the run with a name, and passes on what it sent. Survives restarts; takes no room meanwhile.

**Input** \`value\`: anything. **Outputs** \`value\`: what the caller sent. \`expired\`: what arrived, when nobody called before the
deadline.

**Example.** An HTTP request asks a payment service for a link and tells it the run's id, \`{{ execution.id }}\`; this step waits for
\`paid\` with the deadline \`2 d\`; the service then calls

    POST /api/executions/<id>/signal
    {"name": "paid", "value": {"amount": 12}}

The step's page shows the whole line for curl. Several steps that wait for the same name go on together.

**Too early.** A call with a name that nothing waits for is kept, and the first step that waits for it goes on with it at once: each
call with one step, in the order in which they came. The answer says so, \`{"steps": 0, "kept": true}\`. A run keeps up to 100 calls and
1 MB of what they send; beyond that, and when it has ended, the answer is 409. A retry or a fork does not take kept calls over.
`.trim();
