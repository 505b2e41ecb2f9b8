/** What AgentFlow is measured beside. Versions are exact, so that a figure can be had again. */
export const peers = {
  n8n: { label: "n8n 2.41.1, SQLite", install: "n8n" },
  n8nPostgres: { label: "n8n 2.41.1, PostgreSQL", install: "n8n" },
  nodeRed: { label: "Node-RED 5.0.7 (saves nothing)", install: "nodeRed" },
  langgraph: { label: "LangGraph.js 1.7.3, Postgres checkpointer", install: "langgraph" },
  dbos: { label: "DBOS 5.3.0, same PostgreSQL", install: "dbos" },
  bullmq: { label: "BullMQ 6.7.0, Redis with nothing on disk", install: "bullmq" },
} as const;

export type PeerName = keyof typeof peers;

export interface Installation {
  /** The folder's name: what is in it never changes. */
  readonly folder: string;
  readonly packages: Readonly<Record<string, string>>;
  /** Packages with native code, built after the rest was unpacked without scripts. */
  readonly build: readonly string[];
}

/** Some peers want a newer Node than we ask for: they all get this one, with the headers that native code is built against. */
export const nodeVersion = "24.21.0";

export const installations: Readonly<Record<(typeof peers)[PeerName]["install"], Installation>> = {
  n8n: { folder: "n8n-2.41.1", packages: { n8n: "2.41.1" }, build: ["sqlite3"] },
  nodeRed: { folder: "node-red-5.0.7", packages: { "node-red": "5.0.7" }, build: [] },
  langgraph: {
    folder: "langgraph-1.7.3",
    packages: {
      "@langchain/core": "1.4.0",
      "@langchain/langgraph": "1.7.3",
      "@langchain/langgraph-checkpoint-postgres": "1.0.5",
    },
    build: [],
  },
  dbos: { folder: "dbos-5.3.0", packages: { "@dbos-inc/dbos-sdk": "5.3.0" }, build: [] },
  bullmq: { folder: "bullmq-6.7.0", packages: { bullmq: "6.7.0", ioredis: "5.11.1" }, build: [] },
};
