import { HocuspocusProvider, HocuspocusProviderWebsocket } from "@hocuspocus/provider";
import pino from "pino";
import * as Y from "yjs";
import { type Database, type DatabaseLocation, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { insertWorkflow } from "#db/queries/workflows.ts";
import { withTenant } from "#db/tenant.ts";
import { newId } from "#server/adapters/ids.ts";
import { type Bus, silentBus } from "#server/between/bus.ts";
import { createDocuments, type Documents } from "#server/realtime/documents/documents.ts";
import type { SocketHandlers } from "#server/realtime/documents/socket.ts";
import type { Visitor } from "#server/realtime/documents/visitor.ts";
import { catalogue } from "#src/agents/registry.ts";
import type { Editing } from "#src/document/editing.ts";
import { readDocumentMessage } from "#src/document/messages.ts";
import { createSaveTracker, type SaveTracker } from "#src/document/saved.ts";
import { toGraph } from "#src/document/toGraph.ts";
import type { ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Role } from "#src/schemas/workspace.ts";
import { sampleGraph } from "../unit/document/fixtures.ts";

/** A workspace with people of every role, and one workflow. */
export interface Place {
  readonly db: Database;
  readonly workspaceId: WorkspaceId;
  readonly profileId: ProfileId;
  readonly roles: Map<string, Role | null>;
}

export async function openPlace(location: DatabaseLocation): Promise<Place> {
  const db = await openDatabase(location);
  await migrate(db);
  const [workspaceId, profileId] = [newId("workspace"), newId("profile")];
  // The owner's connection: the doors are for members, and there is none yet.
  if (db.kind === "pglite") await db.ownerSql`reset role`;
  await db.ownerSql`insert into profiles (id, username, password_hash) values (${profileId}, ${profileId.slice(4, 20)}, 'x')`;
  await db.ownerSql`insert into workspaces (id, name) values (${workspaceId}, 'W')`;
  await db.ownerSql`insert into members (workspace_id, profile_id, role) values (${workspaceId}, ${profileId}, 'owner')`;
  return { db, workspaceId, profileId, roles: new Map() };
}

/** The documents of one process behind a real socket. */
export interface Process extends AsyncDisposable {
  readonly documents: Documents;
  readonly port: number;
}

export function startProcess({ db, workspaceId, profileId, roles }: Place, port = 0, bus: Bus = silentBus): Process {
  const documents = createDocuments({
    db,
    catalogue,
    bus,
    authorise: async ({ name }) => (roles.has(name) ? (roles.get(name) ?? null) : "editor"),
    log: pino({ level: "silent" }),
  });
  interface SocketData {
    readonly request: Request;
    readonly workflowId: WorkflowId;
    readonly visitor: Visitor;
    handlers: SocketHandlers | null;
  }
  const server = Bun.serve<SocketData>({
    port,
    hostname: "127.0.0.1",
    fetch(request, self) {
      const url = new URL(request.url);
      const name = url.searchParams.get("as") ?? "ada";
      const visitor = {
        workspaceId: (url.searchParams.get("workspace") as WorkspaceId | null) ?? workspaceId,
        profileId,
        name,
        sessionHash: name,
      };
      const workflowId = url.pathname.slice("/ws/".length) as WorkflowId;
      const data = { request, workflowId, visitor, handlers: null };
      return self.upgrade(request, { data }) ? undefined : new Response(null, { status: 400 });
    },
    websocket: {
      maxPayloadLength: 16_000_000,
      open(socket) {
        socket.data.handlers = documents.connect(
          {
            get readyState() {
              return socket.readyState;
            },
            send: (message) => socket.sendBinary(message),
            close: (code, reason) => socket.close(code, reason),
          },
          socket.data.request,
          socket.data,
        );
      },
      message(socket, message) {
        socket.data.handlers?.message(message);
      },
      close(socket, code, reason) {
        socket.data.handlers?.close(code, reason);
      },
    },
  });
  return {
    documents,
    port: server.port ?? 0,
    async [Symbol.asyncDispose]() {
      await documents.close(2_000);
      await server.stop(true);
    },
  };
}

export async function makeWorkflow(
  { db, workspaceId, profileId }: Place,
  documents: Documents,
  graph: Graph = sampleGraph(),
): Promise<WorkflowId> {
  const id = newId("workflow");
  await withTenant(db, { workspaceId, profileId }, async (tx) => {
    await insertWorkflow(tx, {
      id,
      workspaceId,
      name: "W",
      description: "",
      graph,
      createdBy: profileId,
      createdAt: new Date(),
    });
    await documents.create(tx, { workspaceId, id }, graph);
  });
  return id;
}

/** An editor in a browser, but for the browser. */
export interface Editor extends AsyncDisposable {
  readonly doc: Y.Doc;
  readonly editing: Editing;
  readonly provider: HocuspocusProvider;
  readonly socket: HocuspocusProviderWebsocket;
  readonly tracker: SaveTracker;
  /** Types of the server's messages, in the order they came. */
  readonly heard: string[];
  readonly failures: string[];
  readonly closes: number[];
  readonly graph: () => Graph;
  readonly until: (holds: () => boolean, what?: string) => Promise<void>;
}

export interface Opening {
  readonly as?: string;
  readonly workspace?: string;
  /** The document's name on the wire, the workflow unless given. */
  readonly name?: string;
}

export function openEditor(process: Pick<Process, "port">, workflowId: string, opening: Opening = {}): Editor {
  const doc = new Y.Doc();
  const tracker = createSaveTracker(doc);
  const query = new URLSearchParams({
    as: opening.as ?? "ada",
    ...(opening.workspace ? { workspace: opening.workspace } : {}),
  });
  const [heard, failures, closes, waiters]: [string[], string[], number[], Set<() => void>] = [[], [], [], new Set()];
  const wake = () => {
    for (const waiter of [...waiters]) waiter();
  };
  const socket = new HocuspocusProviderWebsocket({
    url: `ws://127.0.0.1:${process.port}/ws/${workflowId}?${query}`,
    delay: 20,
    minDelay: 20,
    maxDelay: 100,
    onClose: ({ event }) => {
      closes.push(event.code);
      wake();
    },
  });
  const provider = new HocuspocusProvider({
    websocketProvider: socket,
    name: opening.name ?? workflowId,
    document: doc,
    onStateless: ({ payload }) => {
      const message = readDocumentMessage(payload);
      heard.push(message?.type ?? "unknown");
      if (message?.type === "saved")
        tracker.confirm({
          stateVector: Buffer.from(message.stateVector, "base64"),
          deletions: Buffer.from(message.deletions, "base64"),
        });
      wake();
    },
    onAuthenticationFailed: ({ reason }) => {
      failures.push(reason);
      wake();
    },
    onSynced: wake,
    onAwarenessChange: wake,
  });
  provider.attach();
  doc.on("update", wake);
  tracker.subscribe(wake);
  let ids = 0;
  const prefix = Math.floor(doc.clientID).toString(36);
  return {
    doc,
    editing: { doc, origin: {}, newId: () => `${prefix}_${++ids}`, catalogue },
    provider,
    socket,
    tracker,
    heard,
    failures,
    closes,
    graph: () => toGraph(doc).graph,
    until: (holds, what = "the condition") =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${what} did not come true`)), 15_000);
        const look = () => {
          if (!holds()) return;
          clearTimeout(timer);
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      provider.destroy();
      socket.destroy();
    },
  };
}

export const synced = (editor: Editor): Promise<void> => editor.until(() => editor.provider.synced, "sync");
export const allSaved = (editor: Editor): Promise<void> =>
  editor.until(() => editor.provider.synced && editor.heard.includes("saved") && editor.tracker.state().saved, "saved");

/** The same in a process of its own, which can be killed. */
export async function spawnProcess(
  { workspaceId, profileId }: Place,
  url: string,
  port = 0,
): Promise<{ readonly port: number; readonly kill: () => Promise<unknown> }> {
  const child = Bun.spawn(
    [process.execPath, `${import.meta.dir}/serve.ts`, url, workspaceId, profileId, String(port)],
    {
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const { value } = await child.stdout.getReader().read();
  return {
    port: Number(new TextDecoder().decode(value)),
    kill: () => {
      child.kill("SIGKILL");
      return child.exited;
    },
  };
}
