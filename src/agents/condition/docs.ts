export const conditionDocs = `
Evaluates an expression and passes what arrived on through one of its two ports. The other port closes: steps that depend
only on it are skipped.

**Input** \`value\`: anything. **Outputs** \`true\` and \`false\`: the same value, on the port taken.

**Example.** \`value.score >= 80\`, \`$count(value.findings[severity = "error"]) = 0\`, \`$contains(value, /refund/i)\`.

False are \`false\`, \`null\`, \`0\`, empty text, an empty object, and a list without anything true in it. When the answer
hangs on a name that is not there, the step fails and tells the name; ask with \`$exists(value.name)\` where it may be missing.

**Limits.** 500 ms; regular expressions without look-around and back-references.
`.trim();
