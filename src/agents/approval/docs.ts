export const approvalDocs = `
Asks a person to decide. The run waits until somebody answers in **Waiting for you**, on the run's page or over the API; it takes no
room meanwhile and survives restarts and deploys.

**Input** \`value\`: what it is about. **Outputs**, one of three: \`approved\` and \`rejected\` carry
\`{"decision", "by", "values", "value"}\`: who decided, the form's values, and what arrived; \`expired\` carries what arrived, when
nobody answered before the deadline. The other ports close.

**Example.** Title \`Pay {{ steps.input.value.amount }}?\`, the text \`{{ steps.llm.text }}\`, a form field \`limit\` of type number,
deadline \`2 d\`. A later step reads \`{{ steps.approval.approved.values.limit }}\`.

**Who may answer**: everybody with the role or a higher one; with people named, only they. The first answer counts: a second one,
one after the deadline, one by somebody else, and one that does not fit the form are refused and change nothing. Who rejects need
not fill in what is required.

Over the API: \`POST /api/executions/<id>/answer\` with
\`{"stepKey": "<node>", "decision": "approved", "value": {"limit": 100}}\`.
`.trim();
