import type { beforeHandleAwarenessPayload } from "@hocuspocus/server";
import { presence } from "#src/document/presence.ts";
import type { DocumentContext } from "./visitor.ts";

/** A browser has one copy of the document a tab; a few more may linger while it reconnects. */
const copiesPerConnection = 4;

/**
 * Lets through what the presence schema knows, with the person the server knows. A state under a client id that belongs to
 * another connection is dropped, so nobody moves somebody else's cursor.
 */
export function filterPresence({
  states,
  connection,
  document,
  context,
}: beforeHandleAwarenessPayload<DocumentContext>): void {
  if (!connection || !context) return;
  const own: ReadonlySet<number> = document.getClients(connection);
  const others = new Set<number>();
  for (const [other, { clients }] of document.connections) {
    if (other !== connection) for (const client of clients) others.add(client as number);
  }
  let fresh = copiesPerConnection - own.size;
  for (const [client, state] of [...states]) {
    const parsed = presence.safeParse(state);
    const isNew = !own.has(client);
    if (isNew) fresh -= 1;
    if (!parsed.success || others.has(client) || (isNew && fresh < 0)) states.delete(client);
    else states.set(client, { ...parsed.data, person: { id: context.visitor.profileId, name: context.visitor.name } });
  }
}
