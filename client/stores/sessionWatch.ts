/** What the server closes a socket with whose session is over or has another role now. */
const sessionOver = 4401;

export interface SessionWatch {
  readonly signedOut: () => boolean;
  /** The socket is closed, or a try to open it failed. */
  readonly closed: (code: number) => void;
  /** Somebody is signed in again. Does nothing while nobody was signed out. */
  readonly resume: () => void;
  readonly end: () => void;
}

interface SessionWatchOptions {
  /** Asks the server; rejects when it cannot be asked. */
  readonly isSignedIn: () => Promise<boolean>;
  readonly connect: () => void;
  /** No further tries: without a session each would be refused. */
  readonly disconnect: () => void;
  readonly onChange: () => void;
}

/** Tells a session that is over from a server that is away: both close the socket, but only one comes back by itself. */
export function createSessionWatch({ isSignedIn, connect, disconnect, onChange }: SessionWatchOptions): SessionWatch {
  let signedOut = false;
  let asking = false;
  let ended = false;
  const leave = () => {
    if (signedOut) return;
    signedOut = true;
    disconnect();
    onChange();
  };
  const resume = () => {
    if (!signedOut || ended) return;
    signedOut = false;
    onChange();
    connect();
  };
  const ask = async () => {
    if (asking) return;
    asking = true;
    // Who cannot be asked is away, and comes back.
    const signedIn = await isSignedIn().catch(() => true);
    asking = false;
    if (ended) return;
    if (signedIn) resume();
    else leave();
  };
  return {
    signedOut: () => signedOut,
    closed(code) {
      if (ended) return;
      if (code === sessionOver) leave();
      // A connection refused for want of a session looks like a server that is away.
      void ask();
    },
    resume,
    end() {
      ended = true;
    },
  };
}
