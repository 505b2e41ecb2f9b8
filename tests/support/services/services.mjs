// What the tests need beside npm packages: found, or installed where we may, or named in one line.
import { findChromium } from "./chromium.mjs";
import { freePort } from "./freePort.mjs";
import { install } from "./install.mjs";
import { findPostgres, startPostgres } from "./postgres.mjs";
import { findRedis, startRedis } from "./redis.mjs";

/** Finds it, else installs it and looks again, else says what to install. */
function need(find, debianPackage, hint) {
  const found = find() ?? (install(debianPackage) ? find() : null);
  if (found === null) console.error(`tests: ${hint}`);
  return found;
}

/**
 * Starts the services. `missing` names what could not be had; the environment carries the rest to the tests:
 * TEST_DATABASE_URL (superuser), TEST_REDIS_URL, CHROMIUM_PATH.
 */
export async function startServices() {
  const missing = [];
  const stops = [];
  const env = {};
  if (process.env.DATABASE_URL) env.TEST_DATABASE_URL = process.env.DATABASE_URL;
  else if (
    need(
      findPostgres,
      "postgresql",
      "PostgreSQL was not found: install it (Debian: postgresql) or set DATABASE_URL to a superuser.",
    )
  ) {
    const server = await startPostgres(await freePort());
    env.TEST_DATABASE_URL = server.url;
    stops.push(server.stop);
  } else missing.push("PostgreSQL");
  if (process.env.REDIS_URL) env.TEST_REDIS_URL = process.env.REDIS_URL;
  else if (
    need(findRedis, "redis-server", "Redis was not found: install it (Debian: redis-server) or set REDIS_URL.")
  ) {
    const server = await startRedis(await freePort());
    env.TEST_REDIS_URL = server.url;
    stops.push(server.stop);
  } else missing.push("Redis");
  const chromium = need(
    findChromium,
    "chromium",
    "Chromium was not found: install it (Debian: chromium) or set CHROMIUM_PATH.",
  );
  if (chromium === null) missing.push("Chromium");
  else env.CHROMIUM_PATH = chromium;
  const stop = async () => {
    for (const end of stops.reverse()) await end();
  };
  return { env, missing, stop };
}
