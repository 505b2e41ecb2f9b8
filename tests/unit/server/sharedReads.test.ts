import { expect, test } from "bun:test";
import { shareReads } from "#server/services/sharedReads.ts";

/** A read that ends when it is told to; each gives its own number. */
function slowRead() {
  const begun: PromiseWithResolvers<void>[] = [];
  const read = async () => {
    const end = Promise.withResolvers<void>();
    const number = begun.push(end);
    await end.promise;
    return number;
  };
  return { read, begun, end: (number: number) => begun[number - 1]?.resolve() };
}

test("who asks while a read is running gets one that began afterwards, and shares it", async () => {
  const share = shareReads<number>();
  const { read, begun, end } = slowRead();
  const first = share("a", read);
  const late = [share("a", read), share("a", read)];
  expect(begun.length).toBe(1);
  end(1);
  expect(await first).toBe(1);
  while (begun.length < 2) await Promise.resolve();
  end(2);
  expect(await Promise.all(late)).toEqual([2, 2]);
  expect(begun.length).toBe(2);
});

test("different keys do not wait for each other, and a failure is told once and forgotten", async () => {
  const share = shareReads<number>();
  const { read, end } = slowRead();
  const one = share("a", read);
  expect(await share("b", async () => 9)).toBe(9);
  end(1);
  expect(await one).toBe(1);
  const failed = share("a", () => Promise.reject(new Error("away")));
  expect(await failed.catch((error: Error) => error.message)).toBe("away");
  expect(await share("a", async () => 7)).toBe(7);
});
