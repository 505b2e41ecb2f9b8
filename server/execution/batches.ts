/** While one waits for the disk, one is being answered and the next is being made: with two a busy process stands still now and then. */
const inFlightAtMost = 3;
/** Bounds of one commit, so that one execution's megabytes do not hold up everybody else's hops. */
const maxEntries = 256;
const maxEvents = 4_000;

export interface Batches<Entry> {
  add(entry: Entry): void;
}

interface BatchesOptions<Entry> {
  /** Never rejects. */
  readonly flush: (batch: readonly Entry[]) => Promise<void>;
  /** How many events an entry writes. */
  readonly eventsOf: (entry: Entry) => number;
}

/**
 * Collects what is ready at the same moment into one commit. Nobody waits for company: while no flush is in flight an entry goes
 * out alone at once, and while flushes are in flight the next batch fills by itself.
 */
export function createBatches<Entry>({ flush, eventsOf }: BatchesOptions<Entry>): Batches<Entry> {
  let waiting: Entry[] = [];
  let inFlight = 0;
  let isScheduled = false;

  function take(): Entry[] {
    let events = 0;
    const end = waiting.findIndex((entry, index) => {
      events += eventsOf(entry);
      return index > 0 && (index >= maxEntries || events > maxEvents);
    });
    const batch = end === -1 ? waiting : waiting.slice(0, end);
    waiting = end === -1 ? [] : waiting.slice(end);
    return batch;
  }

  function schedule(): void {
    if (isScheduled || inFlight >= inFlightAtMost || waiting.length === 0) return;
    isScheduled = true;
    // After the microtasks: executions that were woken by the same message are in the same batch.
    queueMicrotask(() => {
      isScheduled = false;
      inFlight += 1;
      void flush(take()).finally(() => {
        inFlight -= 1;
        schedule();
      });
      schedule();
    });
  }

  return {
    add(entry) {
      waiting.push(entry);
      schedule();
    },
  };
}
