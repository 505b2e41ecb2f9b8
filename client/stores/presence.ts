import type { Awareness } from "y-protocols/awareness";
import { type Presence, presence } from "#src/document/presence.ts";

export interface Visitor {
  /** Number of the connection: one person may have two tabs. */
  readonly client: number;
  readonly personId: string;
  readonly name: string;
  readonly state: Presence;
}

/** The other connections that are here, one's own other tabs too. What does not fit the schema is not shown. */
export function readVisitors(awareness: Awareness): Visitor[] {
  const visitors: Visitor[] = [];
  for (const [client, state] of awareness.getStates()) {
    if (client === awareness.clientID) continue;
    const { data } = presence.safeParse(state);
    // Without a person the server has not vouched for it yet.
    if (data?.person === undefined) continue;
    visitors.push({ client, personId: data.person.id, name: data.person.name, state: data });
  }
  return visitors.sort((a, b) => a.client - b.client);
}

export interface Broadcast {
  /** Sets a part of one's own presence; many in a row go out as one. */
  readonly tell: (parts: Presence) => void;
  readonly close: () => void;
}

/** Tells the others at most every `everyMs`; the last value always goes out. */
export function createBroadcast(awareness: Awareness, everyMs: number): Broadcast {
  let waiting: Presence | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    timer = waiting === null ? null : setTimeout(flush, everyMs);
    if (waiting !== null) awareness.setLocalState({ ...awareness.getLocalState(), ...waiting });
    waiting = null;
  };
  return {
    tell(parts) {
      waiting = { ...waiting, ...parts };
      timer ??= setTimeout(flush, 0);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      waiting = null;
    },
  };
}
