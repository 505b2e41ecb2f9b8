export const outputDocs = `
What a run gives back, in the API and at the top of its page.

**Input** \`value\`: one or more connections. One value is the result as it is; several are a list, in the order of the edges.
With **Value** set, that is the result instead: \`{{ steps.llm.text }}\`, or text around several \`{{ }}\`.

**Fields** say what the result must have. A result that lacks a required field or has another type there ends the run with
\`output_invalid\` and the name of the field.

Several Output nodes give an object by their keys.
`.trim();
