/**
 * Gives up waiting for an answer after `limitMs`: a network that swallows everything says nothing either, and the driver would
 * wait as long as it does. What was asked may still be done; the error is that of a connection that timed out. `note` hears whether
 * the answer came in time.
 */
export async function answered<Result>(
  asked: PromiseLike<Result>,
  limitMs: number | null,
  note: (isInTime: boolean) => void = () => {},
): Promise<Result> {
  if (limitMs === null) return asked;
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    note(false);
    limit.reject(Object.assign(new Error(`The database gave no answer in ${limitMs} ms.`), { code: "ETIMEDOUT" }));
  }, limitMs);
  try {
    const result = await Promise.race([asked, limit.promise]);
    note(true);
    return result;
  } finally {
    clearTimeout(timer);
  }
}
