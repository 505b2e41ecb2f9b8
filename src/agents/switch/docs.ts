export const switchDocs = `
Asks its cases from the top and passes what arrived on through the port of the first that is true; through \`otherwise\` when
none is. All other ports close: steps that depend only on them are skipped.

**Input** \`value\`: anything. **Outputs**: one port for each case, by its name, and \`otherwise\`. Each gives the same value.

**Cases.** A name (letters, digits and _, each once) and an expression, as in a Condition: \`value.kind = "refund"\`,
\`value.score >= 80\`, \`steps.classify.variables.topic in ["billing", "tax"]\`. The order counts; move the stricter case up.
A case that is renamed has another port: what was connected to the old one says so before the run.

**When it fails.** An expression that reads a name that is not there fails the step and tells the case and the name; ask with
\`$exists(value.name)\` where it may be missing. It is not tried again, since the answer would be the same.

**Limits.** 30 cases; 500 ms each; regular expressions without look-around and back-references.
`.trim();
