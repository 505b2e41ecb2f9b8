/** What can be asked about: null means not configured. */
export interface HealthSource {
  readonly database: () => Promise<unknown>;
  readonly redis: (() => Promise<unknown>) | null;
  /** Which model services have a key or an address. They are not called: a health check must cost nobody anything. */
  readonly externalApis: Readonly<Record<string, boolean>>;
  readonly now: () => number;
  /** Whether the process has been told to stop. */
  readonly isDraining: () => boolean;
}

type Check = "ok" | "failing" | "not_configured";

export interface Health {
  /**
   * `degraded`: something that it needs is away (`checks` says what); it goes on by itself when that is back. `draining`: it stops,
   * and a balancer should turn to another one.
   */
  readonly status: "healthy" | "degraded" | "draining";
  readonly timestamp: string;
  readonly checks: {
    readonly database: Check;
    readonly redis: Check;
    readonly external_apis: Readonly<Record<string, "configured" | "not_configured">>;
  };
}

/** Whether to send people here: without the database every request is answered 503. */
export const isReady = ({ status, checks }: Health): boolean => status !== "draining" && checks.database === "ok";

const patienceMs = 2_000;
const rememberMs = 1_000;

async function check(ask: (() => Promise<unknown>) | null): Promise<Check> {
  if (ask === null) return "not_configured";
  const late = Promise.withResolvers<Check>();
  const timer = setTimeout(() => late.resolve("failing"), patienceMs);
  const asked = ask().then(
    () => "ok" as const,
    () => "failing" as const,
  );
  const result = await Promise.race([asked, late.promise]);
  clearTimeout(timer);
  return result;
}

/** Asks at most once a second, however many ask. Without the database nothing works; without Redis only sign-in waits. */
export function createHealth(source: HealthSource): () => Promise<Health> {
  let last: { at: number; health: Promise<Health> } | null = null;

  async function look(): Promise<Health> {
    const [database, redis] = await Promise.all([check(source.database), check(source.redis)]);
    const isWhole = database === "ok" && redis !== "failing";
    const named = Object.entries(source.externalApis);
    return {
      status: isWhole ? "healthy" : "degraded",
      timestamp: new Date(source.now()).toISOString(),
      checks: {
        database,
        redis,
        external_apis: Object.fromEntries(named.map(([name, is]) => [name, is ? "configured" : "not_configured"])),
      },
    };
  }

  return async () => {
    const at = source.now();
    if (last === null || at - last.at >= rememberMs) last = { at, health: look() };
    const health = await last.health;
    return source.isDraining() ? { ...health, status: "draining" } : health;
  };
}
