import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { YAML } from "bun";
import { readEnv } from "#server/env.ts";
import { root } from "#tests/support/architecture/sources.ts";

interface Service {
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly deploy?: { readonly replicas?: number };
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
}
const file = YAML.parse(readFileSync(join(root, "deploy/compose.yaml"), "utf8")) as {
  readonly services: Readonly<Record<string, Service>>;
};

/** As compose would hand it over, with a password and without keys. */
const environmentOf = ({ environment = {} }: Service) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace(/\$\{(\w+):[?-][^}]*\}/g, (_, variable) => (variable === "POSTGRES_PASSWORD" ? "pw" : "")),
    ]),
  );

test("the composed processes are one api and two workers, with settings that the program takes", () => {
  const { api, worker } = file.services;
  if (api === undefined || worker === undefined) throw new Error("A service is missing");
  const [served, ran] = [readEnv(environmentOf(api)), readEnv(environmentOf(worker))];
  expect([served.role, ran.role]).toEqual(["api", "worker"]);
  expect(served.databaseUrl).toBe("postgres://agentflow:pw@postgres:5432/agentflow");
  expect([ran.databaseUrl, ran.redisUrl]).toEqual([served.databaseUrl, "redis://redis:6379"]);
  expect(worker.deploy?.replicas).toBe(2);
  expect(worker.ports).toBeUndefined();
  // Killed only after the grace, in which executions are handed over.
  for (const service of [api, worker])
    expect(Number.parseInt(service.stop_grace_period ?? "0", 10) * 1_000).toBeGreaterThan(served.graceMs);
});

test("a role without PostgreSQL is refused, with the reason", () => {
  for (const role of ["api", "worker"])
    expect(() => readEnv({ AGENTFLOW_ROLE: role })).toThrow(
      /needs DATABASE_URL; the embedded database belongs to one process/,
    );
  expect(() => readEnv({ AGENTFLOW_ROLE: "boss" })).toThrow(/AGENTFLOW_ROLE/);
  expect(readEnv({}).role).toBe("all");
});
