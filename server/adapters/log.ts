import pino, { type DestinationStream, type Logger } from "pino";

const hidden = ["password", "current", "next", "token", "cookie", "authorization", "apiKey", "key", "secret"];

/** One JSON line a record. Secrets are cut by name wherever they stand, two levels deep. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const paths = hidden.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = { level, base: null, redact: { paths, censor: "[redacted]" } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
