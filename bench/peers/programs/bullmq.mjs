// Runs in BullMQ's install folder. A chain is a job that adds the next; what a job gives is in Redis, on no disk.
import { Queue, Worker } from "bullmq";

const request = JSON.parse(process.argv[2]);
const { hostname, port } = new URL(request.url);
const connection = { host: hostname, port: Number(port), maxRetriesPerRequest: null };
const name = `agentflow-bench-${process.pid}`;
const queue = new Queue(name, { connection });
let ended = 0;
let wanted = 0;
let wake = () => {};

const worker = new Worker(
  name,
  async ({ data: { step } }) => {
    if (step + 1 < request.steps) await queue.add("step", { step: step + 1 });
    else if (++ended === wanted) wake();
    return 1;
  },
  { connection, concurrency: request.concurrency },
);
await worker.waitUntilReady();

async function run(executions) {
  ended = 0;
  wanted = executions;
  const all = new Promise((resolve) => {
    wake = resolve;
  });
  await queue.addBulk(Array.from({ length: executions }, () => ({ name: "step", data: { step: 0 } })));
  await all;
}

await run(20);
const begun = performance.now();
await run(request.executions);
console.log(JSON.stringify({ result: request.executions / ((performance.now() - begun) / 1000) }));
await worker.close();
await queue.obliterate({ force: true });
await queue.close();
