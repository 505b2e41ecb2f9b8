/** Does work of one key after the other, whatever becomes of it, and work of other keys beside it. In this process only. */
export function createOnePerKey<Key>() {
  const underWay = new Map<Key, Promise<unknown>>();
  return async <Result>(key: Key, work: () => Promise<Result>): Promise<Result> => {
    for (let other = underWay.get(key); other !== undefined; other = underWay.get(key)) await other.catch(() => {});
    const own = work();
    underWay.set(key, own);
    try {
      return await own;
    } finally {
      underWay.delete(key);
    }
  };
}
