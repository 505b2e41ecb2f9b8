export const stopDocs = `
Ends the run as failed when it is reached, with a message of your own and the code \`stopped\`. Steps that still run are told to
end, what has not begun is cancelled.

**Input** \`value\`: whatever leads here, usually one side of a Condition or a Switch. There is no output.

**Example.** After a Condition \`$count(value.lines) > 0\`, on its side *false*: \`The order {{ steps.input.value.id }} has no lines.\`

It is never tried again. Inside a For each that goes on after a failed item, it fails that item and not the run; so it is
inside any container whose own settings take failures. A message is cut at 2,000 characters.
`.trim();
