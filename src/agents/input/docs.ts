export const inputDocs = `
The place where a run begins. Each field you declare appears in the form behind **Run**, and in the API.

**Output** \`value\`: an object with one member per field.

**Example.** With the fields \`code\` (paragraph) and \`language\` (text, default \`"python"\`), a run started with
\`{"code": "print(1)"}\` gives \`{"code": "print(1)", "language": "python"}\`, and later steps read
\`{{ steps.input.value.code }}\`.

**Checks.** A required field that is missing and has no default, a required text that is empty, or a value of another type,
ends the run at once with \`input_invalid\` and the name of the field. Members that no field names are left out and noted in the log. Without fields
the input is passed on as it is, whatever it is.
`.trim();
