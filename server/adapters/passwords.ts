import { AppError } from "#src/errors.ts";

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Always costs one hash: with no stored hash it compares against one that nothing fits. */
  verify(password: string, stored: string | null): Promise<boolean>;
}

/** OWASP's first recommendation for argon2id: 19 MiB, two passes. */
const cost = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;
const atOnce = 2;
const waitingLimit = 64;

/** Lets `atOnce` calls run; more wait in line, and beyond the line's end they are refused with `unavailable`. */
function bounded() {
  let running = 0;
  const line: (() => void)[] = [];
  return async <Result>(run: () => Promise<Result>): Promise<Result> => {
    if (running >= atOnce) {
      if (line.length >= waitingLimit) {
        throw new AppError(
          "unavailable",
          "Too many people are signing in at this moment. Try again in a few seconds.",
          {
            retryAfterMs: 2_000,
          },
        );
      }
      await new Promise<void>((resolve) => line.push(resolve));
    } else running += 1;
    try {
      return await run();
    } finally {
      // The place goes to the next in line without ever being free, or is given back.
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** argon2id, a few at once: each takes memory and a thread. */
export function createPasswords(): Passwords {
  const limit = bounded();
  let nobody: Promise<string> | null = null;
  return {
    hash: (password) => limit(() => Bun.password.hash(password, cost)),
    async verify(password, stored) {
      nobody ??= Bun.password.hash(crypto.randomUUID(), cost);
      const against = stored ?? (await nobody);
      const fits = await limit(() => Bun.password.verify(password, against));
      return fits && stored !== null;
    },
  };
}
