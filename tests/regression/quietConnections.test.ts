import { expect, test } from "bun:test";
import { connect } from "node:net";
import { startServer } from "#tests/support/serverProcess.ts";

const request = "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

test("a connection that was quiet for half a minute takes the next request", async () => {
  await using server = await startServer();
  const socket = connect(server.port, "127.0.0.1");
  const answers: string[] = [];
  let isClosed = false;
  socket.on("data", (chunk) => answers.push(chunk.toString()));
  socket.on("close", () => {
    isClosed = true;
  });
  socket.on("error", () => {});
  const answered = async (count: number) => {
    while (answers.length < count && !isClosed) await Bun.sleep(20);
  };
  socket.write(request);
  await answered(1);
  await Bun.sleep(36_000);
  expect(isClosed).toBe(false);
  socket.write(request);
  await answered(2);
  expect(answers.map((answer) => answer.split("\r\n", 1)[0])).toEqual(["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"]);
  socket.destroy();
}, 90_000);
