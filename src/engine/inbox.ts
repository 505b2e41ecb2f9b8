/** What happens while the loop is busy waits here for its next turn. */
export interface Inbox<Message> {
  readonly put: (message: Message) => void;
  /** A promise while it is empty, which resolves when there is something. One waits at a time. */
  readonly ready: () => Promise<void> | undefined;
  /** Everything that waits, in order. */
  readonly takeAll: () => Message[];
}

export function newInbox<Message>(): Inbox<Message> {
  let waiting: Message[] = [];
  let wake: (() => void) | null = null;
  return {
    put(message) {
      waiting.push(message);
      wake?.();
      wake = null;
    },
    ready() {
      if (waiting.length > 0) return undefined;
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
    takeAll() {
      const taken = waiting;
      waiting = [];
      return taken;
    },
  };
}
