export const forEachDocs = `
Runs the nodes in its frame once for each item of a list. Connect **Item** on the inside of the frame's left edge to the first
node, and the node that makes the result to **Result** on the right; without a connection there, the last node's output is the
result. Frames may lie in frames.

**Input** \`items\`: the list, or something the expression takes it from. **Outputs** \`results\`: a list in the items' order, whatever
ended first; \`errors\`: with *continue*, index, code and message of each item that failed (its result is null).

In the frame, templates and expressions know \`iteration.item\`, \`iteration.index\` and, in a frame within a frame,
\`iteration.outer.item\`. They read steps before the frame, too; steps after it read \`steps.<key>.results\`.

**Example.** Items \`items.rows[amount > 0]\`, a prompt \`Summarise: {{ iteration.item.text }}\`.

**When it fails.** What arrives is not a list, or has more than 100,000 items. With *fail*, the first item that fails ends the
others and the step; its own *When it fails* then decides.
`.trim();
