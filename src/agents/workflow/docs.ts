export const workflowDocs = `
Runs another workflow of the workspace and goes on with its output. The other run is one of its own, with its own page, steps and
limits; this run waits for it and takes no room meanwhile.

**Input** \`value\`: the other workflow's input, unless **Input fields** say another. **Output** \`output\`: what it gave.

**Example.** Inside a For each over a list of files, the workflow *Review one file* with the input fields
\`code\` = \`{{ inputs.value.text }}\` and \`language\` = \`python\`. A lone \`{{ }}\` gives its value as it is, so a number stays one.
A later step reads \`{{ steps.subWorkflow.output }}\`.

The other workflow runs as it stands when this step begins, unsaved edits included, and keeps that version to its end. When it
fails or is cancelled this step fails with its reason; with an error port the run goes another way. When this run is cancelled or
fails, the other one is cancelled. It is started once, whatever crashes in between.

**Time limit** (under Run): how long the other run may take, its own waits included. Then it is stopped and this step fails with
\`step_timeout\`, or goes on through its error port. Without one it takes as long as it takes.

**Limits.** Ten deep. A workflow cannot run itself, not even through others.
`.trim();
