import { freshPostgres } from "#tests/support/database.ts";
import { signUpOwner } from "#tests/support/restClient.ts";
import { startServer } from "#tests/support/serverProcess.ts";
import { fixed, type Measure } from "../support/measurement.ts";

const connections = 50;
const seconds = 8;
const limitPerSecond = 400;

const oneStep = {
  nodes: [{ id: "only", key: "input", agent: "input", name: "Input", position: { x: 0, y: 0 }, config: {} }],
  edges: [],
};

interface Listed {
  readonly items: readonly { readonly status: string }[];
}

/** One-step executions over HTTP, each durable on PostgreSQL before the answer; all must have ended well afterwards. */
export const executeOverHttp: Measure = {
  name: "executeOverHttp",
  needs: ["postgres"],
  async run() {
    await using database = await freshPostgres();
    await using server = await startServer({ env: { DATABASE_URL: database.url } });
    const client = await signUpOwner(server.url);
    const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "One step", graph: oneStep });
    const execute = () => client.call("POST", `/api/workflows/${id}/execute`, { input: {} });
    for (let warm = 0; warm < 50; warm++) await execute();

    const begun = performance.now();
    const counts = await Promise.all(
      Array.from({ length: connections }, async () => {
        let done = 0;
        for (; performance.now() - begun < seconds * 1000; done++) await execute();
        return done;
      }),
    );
    const accepted = counts.reduce((a, b) => a + b, 0);
    const perSecond = accepted / ((performance.now() - begun) / 1000);

    const open = () =>
      client.call<Listed>("GET", `/api/executions?workflowId=${id}&status=queued&status=running&limit=1`);
    while ((await open()).items.length > 0) await Bun.sleep(50);
    const drained = accepted / ((performance.now() - begun) / 1000);
    const failed = await client.call<Listed>(
      "GET",
      `/api/executions?workflowId=${id}&status=failed&status=cancelled&limit=1`,
    );
    return [
      {
        what: `One-step executions accepted over HTTP, ${connections} connections, durable on PostgreSQL`,
        value: `${fixed(perSecond, 0)}/s (${fixed(drained, 0)}/s until all had ended)`,
        against: "the limit",
        ratio: fixed(perSecond / limitPerSecond, 2),
        limit: `at least ${limitPerSecond}/s`,
        holds: perSecond >= limitPerSecond && failed.items.length === 0,
      },
    ];
  },
};
