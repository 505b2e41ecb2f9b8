import type { Documents } from "#server/realtime/documents/documents.ts";
import type { TextSocket, TrpcSockets } from "#server/realtime/trpc/trpcSockets.ts";
import { AppError } from "#src/errors.ts";
import type { WorkflowId } from "#src/ids.ts";
import { hostOf, requireOwnSocketOrigin } from "./origin.ts";
import { contextOf, type EdgeDeps } from "./requestContext.ts";

/** What an upgraded socket is, as far as it is used here. */
type Socket = TextSocket & { send(message: string | Uint8Array<ArrayBuffer>): unknown };

/** What the framework's server calls for each event of a socket. */
interface SocketEvents {
  open(socket: Socket): void;
  message(socket: Socket, message: string | Uint8Array): void;
  close(socket: Socket, code: number, reason: string): void;
}

export interface UpgradeServer {
  requestIP(request: Request): { readonly address: string } | null;
  upgrade(request: Request, options: { data: SocketEvents }): boolean;
}

export interface Upgrading {
  readonly request: Request;
  readonly server: UpgradeServer | null;
  readonly peer: string | null;
}

export interface UpgradeDeps extends EdgeDeps {
  readonly documents: Documents;
  readonly trpcSockets: TrpcSockets;
}

/** Attaches handlers when the socket opens; messages that come first are impossible, the server sends open before any. */
function upgrade(
  { request, server }: Upgrading,
  attach: (socket: Socket) => {
    message: (message: string | Uint8Array) => void;
    close: (code: number, reason: string) => void;
  },
) {
  let attached: ReturnType<typeof attach> | null = null;
  const events: SocketEvents = {
    open: (socket) => {
      attached = attach(socket);
    },
    message: (_socket, message) => attached?.message(message),
    close: (_socket, code, reason) => attached?.close(code, reason),
  };
  if (server?.upgrade(request, { data: events }) !== true) {
    throw new AppError("bad_request", "This address takes WebSockets.");
  }
  return undefined;
}

/** The two sockets. The Origin is checked and the session resolved before the upgrade. Errors: forbidden, unauthenticated. */
export function createUpgrades(deps: UpgradeDeps) {
  async function admitted({ request, peer }: Upgrading) {
    requireOwnSocketOrigin(request.headers, deps.origins);
    const { context } = await contextOf(deps, { headers: request.headers, peer, triggerKind: "manual" });
    if (context.actor === null) throw new AppError("unauthenticated", "Sign in first.");
    return { context, actor: context.actor };
  }

  return {
    async toTrpc(incoming: Upgrading) {
      const { context } = await admitted(incoming);
      const { search } = new URL(incoming.request.url);
      return upgrade(incoming, (socket) => deps.trpcSockets.connect(socket, context, search));
    },
    async toDocument(incoming: Upgrading, workflowId: WorkflowId) {
      const { actor } = await admitted(incoming);
      const { profile, workspace } = actor.session;
      const visitor = {
        workspaceId: workspace.id,
        profileId: profile.id,
        name: profile.name,
        sessionHash: actor.sessionHash,
      };
      // The request goes along for Hocuspocus's hooks, without the cookie.
      const bare = new Request(incoming.request.url, {
        headers: { host: hostOf(incoming.request.headers, deps.origins) ?? "" },
      });
      return upgrade(incoming, (socket) => deps.documents.connect(socket, bare, { visitor, workflowId }));
    },
  };
}
