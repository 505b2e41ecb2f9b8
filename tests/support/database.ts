import { randomBytes } from "node:crypto";
import postgres from "postgres";

/** Where the tests' PostgreSQL answers, as a superuser. `npm test` sets it. */
export function postgresUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url)
    throw new Error(
      "TEST_DATABASE_URL is not set: run the tests with `npm test`, or point it at a PostgreSQL superuser.",
    );
  return url;
}

/** A new, empty database on the tests' PostgreSQL; dropped when disposed. */
export async function freshPostgres(): Promise<{ url: string } & AsyncDisposable> {
  const admin = postgres(postgresUrl(), { max: 1, onnotice: () => {} });
  const name = `test_${randomBytes(8).toString("hex")}`;
  await admin.unsafe(`create database ${name}`);
  const url = new URL(postgresUrl());
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
