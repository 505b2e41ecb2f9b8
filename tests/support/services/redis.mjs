import { spawn } from "node:child_process";
import { connect } from "node:net";
import { onPath } from "./install.mjs";

export const findRedis = () => onPath("redis-server", "valkey-server");

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end("PING\r\n"));
    socket.once("data", (data) => resolve(String(data).startsWith("+PONG")));
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  });

/** Starts a Redis that keeps nothing on `port` of the loopback address. */
export async function startRedis(port) {
  const server = spawn(
    findRedis(),
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    { stdio: "ignore" },
  );
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
  };
  for (let tries = 0; tries < 100; tries++) {
    if (await answers(port)) return { url: `redis://127.0.0.1:${port}`, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error("Redis did not start.");
}
