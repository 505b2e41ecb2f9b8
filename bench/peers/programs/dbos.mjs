// Runs in DBOS's install folder. Workflows of plain functions as its steps, each recorded in Postgres before the next.
import { DBOS } from "@dbos-inc/dbos-sdk";

const request = JSON.parse(process.argv[2]);
DBOS.setConfig({ name: "bench", systemDatabaseUrl: request.url, logLevel: "error" });

async function steps(count, ms) {
  for (let step = 0; step < count; step++) {
    await DBOS.runStep(
      async () => {
        if (ms > 0) {
          console.log(JSON.stringify({ step }));
          await new Promise((resolve) => setTimeout(resolve, ms));
        }
        return 1;
      },
      { name: `n${step}` },
    );
  }
  return count;
}
const workflow = DBOS.registerWorkflow(steps, { name: "steps" });
await DBOS.launch();

async function once(count) {
  const begun = performance.now();
  const handle = await DBOS.startWorkflow(workflow)(count, 0);
  if ((await handle.getResult()) !== count) throw new Error("The workflow gave something else.");
  return performance.now() - begun;
}

const kinds = {
  async sequence() {
    const samples = [];
    for (let round = -request.warmUps; round < request.rounds; round++) {
      const ms = await once(request.steps);
      if (round >= 0) samples.push(ms);
    }
    return samples;
  },
  async many() {
    await Promise.all(Array.from({ length: 10 }, () => once(request.steps)));
    const begun = performance.now();
    await Promise.all(Array.from({ length: request.executions }, () => once(request.steps)));
    return request.executions / ((performance.now() - begun) / 1000);
  },
  /** Started once under its id; launched again after a kill, DBOS finds it by itself. */
  async recovery() {
    const handle = await DBOS.startWorkflow(workflow, { workflowID: request.id })(request.steps, request.ms);
    return await handle.getResult();
  },
};
console.log(JSON.stringify({ launched: true }));
console.log(JSON.stringify({ result: await kinds[request.kind]() }));
await DBOS.shutdown();
process.exit(0);
