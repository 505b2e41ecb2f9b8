export const loopDocs = `
Runs the nodes in its frame again and again: a draft and its critique until the score is high enough, the next page until there is
none. Connect **Value** on the inside of the frame's left edge to the first node and the node that makes the result to **Result**
on the right: the result of one iteration is the value of the next.

**Input** \`value\`: what the first iteration begins with. **Outputs** \`result\`: what the last iteration came to; \`iterations\`: how many
there were.

**Done when** is JSONata that is asked after each iteration; it knows \`result\` and \`index\`, and the steps before the loop. In the
frame, templates know \`iteration.value\`, \`iteration.index\` and, in a frame within a frame, \`iteration.outer\`.

**Example.** \`result.score >= 8\`, \`result.nextPage = null\`.

**When it fails.** At the limit of iterations, unless *finish* is chosen; when a node in the frame fails; when the expression does.
`.trim();
