export interface Load {
  readonly connections: number;
  readonly seconds: number;
  /** One request, answered well or thrown. */
  readonly request: () => Promise<void>;
}

/** As many requests as `connections` of them, one after the other, get answered. Bounded in time; gives their number and rate. */
export async function load({ connections, seconds, request }: Load): Promise<{ count: number; perSecond: number }> {
  const begun = performance.now();
  const counts = await Promise.all(
    Array.from({ length: connections }, async () => {
      let done = 0;
      for (; performance.now() - begun < seconds * 1_000; done++) await request();
      return done;
    }),
  );
  const count = counts.reduce((a, b) => a + b, 0);
  return { count, perSecond: count / ((performance.now() - begun) / 1_000) };
}

/** A request of its own settings, read to its end. Throws when it is not answered well. */
export const requestOf = (url: string, init: RequestInit) => async (): Promise<void> => {
  const answer = await fetch(url, init);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
};
