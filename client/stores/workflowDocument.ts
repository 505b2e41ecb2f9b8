import { HocuspocusProvider, HocuspocusProviderWebsocket, WebSocketStatus } from "@hocuspocus/provider";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { catalogue } from "#src/agents/registry.ts";
import type { Editing } from "#src/document/editing.ts";
import { createGraphReader, type GraphReader } from "#src/document/graphReader.ts";
import { readDocumentMessage } from "#src/document/messages.ts";
import { createSaveTracker } from "#src/document/saved.ts";
import { createUndo, type Undo } from "#src/document/undo.ts";
import { createSessionWatch } from "./sessionWatch.ts";

/** One status of the connection and of one's own edits. */
export type DocumentStatus =
  | { readonly kind: "loading" }
  /** `at`: when the journal confirmed the last edit, epoch milliseconds; null while nothing was edited in this visit. */
  | { readonly kind: "saved"; readonly at: number | null }
  | { readonly kind: "saving" }
  /** `kept`: own edits that only this browser has. */
  | { readonly kind: "offline"; readonly kept: number }
  /** The session ended elsewhere. `kept`: own edits that only this browser has; they are sent after signing in again. */
  | { readonly kind: "signedOut"; readonly kept: number }
  /** The server could not write the journal and tries again. */
  | { readonly kind: "unsaved"; readonly message: string; readonly kept: number }
  /** The server said no: no access any more, or none ever. */
  | { readonly kind: "refused"; readonly message: string };

/** A workflow's shared document as this browser has it. One per open editor; `close` ends the connection. */
export interface WorkflowDocument {
  readonly workflowId: string;
  readonly editing: Editing;
  readonly undo: Undo;
  readonly reader: GraphReader;
  readonly awareness: Awareness;
  readonly status: () => DocumentStatus;
  readonly subscribe: (listener: () => void) => () => void;
  /** Resolves true once every own edit is in the journal, false when that took longer than `withinMs`. */
  readonly settled: (withinMs: number) => Promise<boolean>;
  /** Somebody is signed in again: connects, and sends what was kept. Does nothing while nobody was signed out. */
  readonly resume: () => void;
  readonly close: () => void;
}

/** In milliseconds. After a restart of the server everybody is back within seconds, not all in the same moment. */
const reconnecting = { delay: 500, minDelay: 300, factor: 1.5, maxDelay: 5_000, jitter: true };

/** `isSignedIn` asks the server; it is called when the server ends the session and when it cannot be connected to. */
export function openWorkflowDocument(workflowId: string, isSignedIn: () => Promise<boolean>): WorkflowDocument {
  const doc = new Y.Doc();
  const editing: Editing = { doc, origin: {}, newId, catalogue };
  const tracker = createSaveTracker(doc);
  const reader = createGraphReader(doc);
  const undo = createUndo(editing);
  const { tell, subscribe, forget } = createListeners();
  let connected = false;
  let loaded = false;
  let savedAt: number | null = null;
  let refused: string | null = null;
  let failed: string | null = null;
  let status: DocumentStatus = { kind: "loading" };

  const update = () => {
    const next = nextStatus({
      connected: connected && navigator.onLine,
      loaded,
      savedAt,
      signedOut: session.signedOut(),
      refused,
      failed,
      waiting: tracker.state().waiting,
    });
    if (sameStatus(status, next)) return;
    status = next;
    tell();
  };

  const socket = openSocket(workflowId, (code) => session.closed(code));
  const session = createSessionWatch({
    isSignedIn,
    connect: () => void socket.connect(),
    disconnect: () => socket.disconnect(),
    onChange: () => update(),
  });
  const provider = new HocuspocusProvider({
    websocketProvider: socket,
    name: workflowId,
    document: doc,
    onStatus: ({ status: next }) => {
      connected = next === WebSocketStatus.Connected;
      update();
    },
    onSynced: () => {
      loaded = true;
      refused = null;
      update();
    },
    onAuthenticationFailed: ({ reason }) => {
      refused = reason;
      update();
    },
    onStateless: ({ payload }) => {
      const message = readDocumentMessage(payload);
      if (message === null) return;
      failed = message.type === "save_failed" ? message.message : null;
      if (message.type === "refused") refused = message.message;
      if (message.type === "saved")
        tracker.confirm({ stateVector: bytes(message.stateVector), deletions: bytes(message.deletions) });
      update();
    },
  });
  provider.attach();
  const stopNetwork = followNetwork(update);
  const awareness = provider.awareness;
  if (awareness === null) throw new Error("The provider has no awareness");

  const stopFollowing = tracker.subscribe(() => {
    if (tracker.state().saved) savedAt = Date.now();
    update();
  });

  return {
    workflowId,
    editing,
    undo,
    reader,
    awareness,
    status: () => status,
    subscribe,
    settled: (withinMs) => settled(() => tracker.state().saved, subscribe, withinMs),
    resume: session.resume,
    close() {
      session.end();
      stopFollowing();
      tracker.close();
      undo.close();
      reader.close();
      stopNetwork();
      provider.destroy();
      socket.destroy();
      doc.destroy();
      forget();
    },
  };
}

function openSocket(workflowId: string, onClosed: (code: number) => void): HocuspocusProviderWebsocket {
  return new HocuspocusProviderWebsocket({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${workflowId}`,
    ...reconnecting,
    onDisconnect: ({ event }) => onClosed(event.code),
  });
}

/** A socket without a network stays open for a while; the browser knows sooner that nothing gets through. */
function followNetwork(onChange: () => void): () => void {
  window.addEventListener("online", onChange);
  window.addEventListener("offline", onChange);
  return () => {
    window.removeEventListener("online", onChange);
    window.removeEventListener("offline", onChange);
  };
}

function createListeners() {
  const listeners = new Set<() => void>();
  return {
    tell: () => {
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    forget: () => listeners.clear(),
  };
}

interface StatusFacts {
  readonly connected: boolean;
  readonly loaded: boolean;
  readonly savedAt: number | null;
  readonly signedOut: boolean;
  readonly refused: string | null;
  readonly failed: string | null;
  readonly waiting: number;
}

function nextStatus({ waiting, ...facts }: StatusFacts): DocumentStatus {
  const { connected, loaded, savedAt, signedOut, refused, failed } = facts;
  if (refused !== null) return { kind: "refused", message: refused };
  if (!loaded) return { kind: "loading" };
  if (signedOut) return { kind: "signedOut", kept: waiting };
  if (!connected) return { kind: "offline", kept: waiting };
  if (failed !== null && waiting > 0) return { kind: "unsaved", message: failed, kept: waiting };
  return waiting > 0 ? { kind: "saving" } : { kind: "saved", at: savedAt };
}

const sameStatus = (a: DocumentStatus, b: DocumentStatus) => JSON.stringify(a) === JSON.stringify(b);

function settled(done: () => boolean, subscribe: WorkflowDocument["subscribe"], withinMs: number): Promise<boolean> {
  if (done()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (result: boolean) => {
      clearTimeout(timer);
      stop();
      resolve(result);
    };
    const stop = subscribe(() => {
      if (done()) end(true);
    });
    const timer = setTimeout(() => end(false), withinMs);
  });
}

const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

const letters = "0123456789abcdefghijklmnopqrstuvwxyz";

/** 16 letters of 36: 82 random bits. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
}
