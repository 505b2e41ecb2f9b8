// Records the histories beside this file: `bun tests/replay/record.ts`. A history that is there already is left alone.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { ExecutionState } from "#src/engine/state.ts";
import { alphabet } from "#src/engine/upcast.ts";
import { engineRig } from "#tests/support/engine/rig.ts";
import { recordedHistory } from "./history.ts";
import { recordings } from "./recordings.ts";

function endOf(state: ExecutionState) {
  const steps = Object.entries(state.steps).map(([key, { status, attempt, text }]) => [key, { status, attempt, text }]);
  return {
    status: state.status,
    output: state.output,
    error: state.error?.code ?? null,
    recoveries: state.recoveries,
    steps: Object.fromEntries(steps),
  };
}

for (const [title, { graph, script, ...options }] of Object.entries(recordings)) {
  const file = new URL(`histories/${title}.json`, import.meta.url);
  if (existsSync(file)) continue;
  const rig = await engineRig(graph, options);
  await (script ?? ((each) => each.run()))(rig);
  const history = recordedHistory.parse({
    title,
    graph,
    events: (await rig.events()).map((event) => ({ ...event, body: alphabet.write(event.body) })),
    end: endOf(await rig.stored()),
  });
  await writeFile(file, `${JSON.stringify(history, null, 1)}\n`);
}
