/** What happens while the loop is busy waits here for its next turn. */
export interface Inbox<Message> {
  readonly put: (message: Message) => void;
  /** Everything that waits, in order; resolves when there is something. One taker at a time. */
  readonly take: () => Promise<Message[]>;
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
    async take() {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const taken = waiting;
      waiting = [];
      return taken;
    },
  };
}
