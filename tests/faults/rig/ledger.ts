import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** How the target treats one call. It always notes the call first: the effect has happened, whatever the caller hears. */
export type Treatment =
  | { readonly kind: "answer"; readonly afterMs?: number; readonly paceMs?: number }
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: number }
  /** The connection breaks before a byte of the answer. */
  | { readonly kind: "drop" }
  /** It breaks in the middle of the text. */
  | { readonly kind: "cut" }
  /** The same with a reset (RST) in place of an end. */
  | { readonly kind: "reset" }
  /** The whole answer, a byte at a time. */
  | { readonly kind: "trickle"; readonly byteMs: number }
  /** A stream that is no JSON. */
  | { readonly kind: "malformed" }
  /** A stream without text, reason and end. */
  | { readonly kind: "empty" }
  /** Says nothing until the caller goes away. */
  | { readonly kind: "hang" };

export interface Call {
  readonly key: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly treatment: Treatment["kind"];
  /** What the caller was told to wait. */
  readonly retryAfterMs: number | null;
  /** When the whole answer was written; null while it was not. */
  answeredAt: number | null;
  /** When the caller went away before that. */
  leftAt: number | null;
}

export interface Ledger extends AsyncDisposable {
  /** For AGENTFLOW_MODEL_URL. */
  readonly url: string;
  readonly port: number;
  readonly calls: readonly Call[];
  callsOf(executionId: string): Call[];
  /** Enters a call that nobody made, and takes one out again: to try the judge. */
  note(call: Call): void;
  forget(call: Call): void;
  /** What happens with each call from now on; `nth` counts the calls under its key, from 1. */
  treat(how: (key: string, nth: number) => Treatment): void;
  /** Lets all calls that hang, and those that still come, be answered. */
  answerAll(): void;
}

export const tokensOfACall = { input: 11, output: 3 } as const;
const answerText = "Noted in the ledger.";

const piece = (delta: object, rest: object = {}) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "test", choices: [{ index: 0, delta, finish_reason: null, ...rest }] })}\n\n`;
const usage = `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "test", choices: [], usage: { prompt_tokens: tokensOfACall.input, completion_tokens: tokensOfACall.output, total_tokens: tokensOfACall.input + tokensOfACall.output } })}\n\n`;

async function body(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}

/** A model server in OpenAI's format that keeps every idempotency key that it was ever sent. */
export async function startLedger(): Promise<Ledger> {
  const calls: Call[] = [];
  const counts = new Map<string, number>();
  let treat: (key: string, nth: number) => Treatment = () => ({ kind: "answer" });
  let released = Promise.withResolvers<void>();

  async function stream(response: ServerResponse, call: Call, paceMs: number): Promise<void> {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const word of answerText.split(/(?<= )/)) {
      response.write(piece({ content: word }));
      if (paceMs > 0) await Bun.sleep(paceMs);
    }
    response.write(piece({}, { finish_reason: "stop" }));
    response.write(usage);
    response.end("data: [DONE]\n\n", () => {
      call.answeredAt = Date.now();
    });
  }

  async function trickle(response: ServerResponse, call: Call, byteMs: number): Promise<void> {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const whole = `${piece({ content: answerText })}${piece({}, { finish_reason: "stop" })}${usage}data: [DONE]\n\n`;
    // The caller goes away when it has read the end.
    for (const byte of whole.slice(0, -2)) {
      if (call.leftAt !== null) return;
      response.write(byte);
      await Bun.sleep(byteMs);
    }
    response.end("\n\n", () => {
      call.answeredAt = Date.now();
    });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await body(request);
    const key = String(request.headers["idempotency-key"] ?? "");
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    const how = treat(key, nth);
    const retryAfterMs = how.kind === "status" && how.retryAfter !== undefined ? how.retryAfter * 1_000 : null;
    const call: Call = { key, at: Date.now(), treatment: how.kind, retryAfterMs, answeredAt: null, leftAt: null };
    calls.push(call);
    response.on("close", () => {
      if (call.answeredAt === null) call.leftAt = Date.now();
    });
    switch (how.kind) {
      case "answer":
        if (how.afterMs !== undefined) await Promise.race([Bun.sleep(how.afterMs), released.promise]);
        return stream(response, call, how.paceMs ?? 0);
      case "status": {
        const headers = how.retryAfter === undefined ? {} : { "retry-after": String(how.retryAfter) };
        response.writeHead(how.status, { "content-type": "application/json", ...headers });
        response.end(JSON.stringify({ error: { message: `Scripted ${how.status}`, type: "scripted" } }));
        return;
      }
      case "drop":
        response.socket?.destroy();
        return;
      case "trickle":
        return trickle(response, call, how.byteMs);
      case "cut":
      case "reset":
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(piece({ content: "Noted in " }));
        await Bun.sleep(20);
        if (how.kind === "cut") response.socket?.destroy();
        else response.socket?.resetAndDestroy();
        return;
      case "malformed":
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.end('data: {"choices": [{"delta": \n\n');
        return;
      case "empty":
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.end();
        return;
      case "hang":
        await released.promise;
        return stream(response, call, 0);
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The ledger has no port.");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    port: address.port,
    calls,
    callsOf: (executionId) => calls.filter(({ key }) => key.startsWith(`${executionId}:`)),
    note(call) {
      calls.push(call);
    },
    forget(call) {
      calls.splice(calls.indexOf(call), 1);
    },
    treat(how) {
      treat = how;
    },
    answerAll() {
      treat = () => ({ kind: "answer" });
      released.resolve();
      released = Promise.withResolvers();
    },
    async [Symbol.asyncDispose]() {
      released.resolve();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
