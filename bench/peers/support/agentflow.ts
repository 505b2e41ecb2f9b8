import { freshPostgres } from "#tests/support/database.ts";
import { signUpOwner } from "#tests/support/restClient.ts";
import { startServer } from "#tests/support/serverProcess.ts";

const oneStep = {
  nodes: [{ id: "only", key: "input", agent: "input", name: "Input", position: { x: 0, y: 0 }, config: {} }],
  edges: [],
};

interface Listed {
  readonly items: readonly { readonly status: string }[];
}

/** The real server with a one-step workflow, on PostgreSQL or on its embedded database. */
export interface OwnServer extends AsyncDisposable {
  readonly url: string;
  /** What starts the workflow over HTTP. */
  readonly init: RequestInit;
  /** Resolves when nothing waits or runs any more. Throws when one has failed. */
  ended(): Promise<void>;
}

export async function ownServer(on: "postgres" | "embedded"): Promise<OwnServer> {
  await using opened = new AsyncDisposableStack();
  const database = on === "postgres" ? opened.use(await freshPostgres()) : null;
  const server = opened.use(await startServer({ env: database === null ? {} : { DATABASE_URL: database.url } }));
  const client = await signUpOwner(server.url);
  const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "One step", graph: oneStep });
  const some = (...statuses: string[]) =>
    client.call<Listed>(
      "GET",
      `/api/executions?workflowId=${id}&${statuses.map((s) => `status=${s}`).join("&")}&limit=1`,
    );
  const headers = { cookie: client.cookie, "content-type": "application/json" };
  const all = opened.move();
  return {
    url: `${server.url}/api/workflows/${id}/execute`,
    init: { method: "POST", headers, body: JSON.stringify({ input: {} }) },
    async ended() {
      while ((await some("queued", "running")).items.length > 0) await Bun.sleep(20);
      if ((await some("failed", "cancelled")).items.length > 0) throw new Error("An execution of ours failed.");
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
