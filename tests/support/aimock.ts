import { LLMock } from "@copilotkit/aimock";

/** One answer of the model server. */
export interface ScriptedAnswer {
  readonly text?: string;
  /** Only for prompts that contain this; otherwise for every prompt. */
  readonly when?: string;
  /** Milliseconds between two pieces of the stream. */
  readonly paceMs?: number;
  /** Characters of one piece; 20 by default. */
  readonly pieceSize?: number;
  /** What the server says it cost; otherwise some, so that no figure is zero by accident. */
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number };
  /** The connection breaks after this many pieces. */
  readonly cutAfter?: number;
  /** An HTTP status instead of an answer. */
  readonly status?: number;
  readonly message?: string;
  /** Seconds, in the Retry-After of a 429. */
  readonly retryAfter?: number;
}

export interface ModelServer extends AsyncDisposable {
  /** For Anthropic's base URL; OpenAI's is `${url}/v1`. */
  readonly url: string;
  /** Replaces what the server answers: the first answer whose `when` fits. */
  script(...answers: ScriptedAnswer[]): void;
  /** Requests that arrived, in order: path, headers as they came, parsed body. */
  requests(): { path: string; headers: Record<string, string>; body: unknown }[];
}

const usageOf = (text: string) => ({ input_tokens: 11, output_tokens: Math.ceil(text.length / 4) });

function add(mock: LLMock, answer: ScriptedAnswer): void {
  const match = answer.when === undefined ? {} : { userMessage: answer.when };
  if (answer.status !== undefined) {
    const error = { message: answer.message ?? `Scripted ${answer.status}`, type: "scripted_error" };
    const wait = answer.retryAfter === undefined ? {} : { retryAfter: answer.retryAfter };
    mock.on(match, { error, status: answer.status, ...wait });
    return;
  }
  mock.on(
    match,
    { content: answer.text ?? "", usage: answer.usage ?? usageOf(answer.text ?? "") },
    {
      chunkSize: answer.pieceSize ?? 20,
      // A connection that breaks at once may break before its headers are read: that would be another failure.
      latency: answer.paceMs ?? (answer.cutAfter === undefined ? 0 : 20),
      ...(answer.cutAfter === undefined ? {} : { truncateAfterChunks: answer.cutAfter }),
    },
  );
}

/** A server on the loopback that speaks OpenAI's and Anthropic's wire formats, streaming included. */
export async function startModelServer(): Promise<ModelServer> {
  const mock = new LLMock({ port: 0, host: "127.0.0.1" });
  await mock.start();
  return {
    url: mock.url,
    script(...answers) {
      mock.clearFixtures();
      for (const answer of answers) add(mock, answer);
    },
    requests: () =>
      mock.getRequests().map((entry) => ({
        path: entry.path,
        headers: entry.headers as Record<string, string>,
        body: entry.body,
      })),
    async [Symbol.asyncDispose]() {
      await mock.stop();
    },
  };
}
