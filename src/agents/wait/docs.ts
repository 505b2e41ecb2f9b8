export const waitDocs = `
Holds its branch for a while, or until a moment, and then passes on what arrived. Other branches go on meanwhile. When nothing
else is left to do the run is *waiting*: it takes no room and no memory, and survives restarts and deploys.

**Input** and **output** \`value\`: anything, unchanged.

**Example.** *For* \`2 d\`, \`1 h 30 m\` or \`{{ steps.input.value.delay }}\` (a bare number is seconds). *Until*
\`2026-12-24T18:00:00+01:00\` or \`{{ steps.plan.json.startsAt }}\`; without an offset a moment is in UTC, and one that has passed
does not wait.

It never goes on early, and at most about a second late; after the server was down, within seconds of its start. The time does
not count against the run's limit. The longest wait is ten years.
`.trim();
