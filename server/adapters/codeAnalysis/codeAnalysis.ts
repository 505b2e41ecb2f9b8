import type { AnalyzableLanguage, CodeAnalysis, CodeReport } from "#src/agents/codeAnalysis.ts";
import { analyzableLanguages } from "#src/agents/codeAnalysis.ts";
import type { Signal } from "#src/engine/signal.ts";
import { AppError } from "#src/errors.ts";
import type { AnalysisRequest, WorkerMessage } from "./protocol.ts";

export interface CodeAnalysisOptions {
  /** For one file, from the moment its linter is loaded, in milliseconds. */
  readonly timeoutMs?: number;
  /** For loading a linter, in milliseconds: it takes 2 s on a machine at rest. */
  readonly loadTimeoutMs?: number;
  /** An idle worker is stopped after so many milliseconds: ESLint with its plugins keeps hold of a lot of memory. */
  readonly idleMs?: number;
  /** Requests that may wait; one more is refused with `unavailable`. */
  readonly queueLimit?: number;
}

/** In UTF-8 bytes. 200 kB of usual code take ESLint 2 to 9 s and about 600 MB; both grow faster than the file. */
export const maxCodeBytes: Readonly<Record<AnalyzableLanguage, number>> = {
  python: 1_000_000,
  javascript: 200_000,
  typescript: 200_000,
};

interface Waiting {
  readonly request: AnalysisRequest;
  readonly resolve: (report: CodeReport) => void;
  readonly reject: (error: AppError) => void;
}

/** One status at a time: no worker, a worker at rest (with the timer that ends it), or a worker with one request (with the timer of that). */
type Status =
  | { readonly kind: "none" }
  | { readonly kind: "idle"; readonly worker: Worker; readonly timer: Timer }
  | { readonly kind: "busy"; readonly worker: Worker; readonly timer: Timer; readonly waiting: Waiting }
  | { readonly kind: "closed" };

/**
 * The linters in a Worker of their own, one file at a time, first come, first served. The worker starts with the first request and is replaced after a
 * timeout, an abort or a crash.
 * Errors: unsupported_language, input_invalid (too long, or too much work), cancelled, unavailable (queue full or closed), agent_failed.
 */
export function createCodeAnalysis(options: CodeAnalysisOptions = {}): CodeAnalysis & { close(): void } {
  const room = new AnalysisRoom({
    timeoutMs: 20_000,
    loadTimeoutMs: 60_000,
    idleMs: 180_000,
    queueLimit: 100,
    ...options,
  });
  return {
    analyze: (request, signal) => room.analyze(request, signal),
    close: () => room.close(),
  };
}

class AnalysisRoom {
  readonly #options: Required<CodeAnalysisOptions>;
  readonly #queue: Waiting[] = [];
  #status: Status = { kind: "none" };

  constructor(options: Required<CodeAnalysisOptions>) {
    this.#options = options;
  }

  async analyze(request: AnalysisRequest, signal: Signal): Promise<CodeReport> {
    check(request);
    if (signal.aborted) throw cancelled(signal);
    if (this.#status.kind === "closed") throw closedError();
    if (this.#queue.length >= this.#options.queueLimit)
      throw new AppError("unavailable", "Too many files wait for analysis. Try again in a moment.", {
        retryAfterMs: 2_000,
      });
    const { promise, resolve, reject } = Promise.withResolvers<CodeReport>();
    const waiting: Waiting = { request: { code: request.code, language: request.language }, resolve, reject };
    const abort = () => this.#abandon(waiting, cancelled(signal));
    signal.addEventListener("abort", abort, { once: true });
    this.#queue.push(waiting);
    this.#next();
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  close(): void {
    const status = this.#status;
    this.#status = { kind: "closed" };
    if (status.kind === "idle" || status.kind === "busy") {
      clearTimeout(status.timer);
      status.worker.terminate();
    }
    if (status.kind === "busy") status.waiting.reject(closedError());
    for (const waiting of this.#queue.splice(0)) waiting.reject(closedError());
  }

  /** Gives the next request to the worker if it is free. */
  #next(): void {
    const status = this.#status;
    if (status.kind === "busy" || status.kind === "closed") return;
    const waiting = this.#queue.shift();
    if (!waiting) return;
    if (status.kind === "idle") clearTimeout(status.timer);
    const worker = status.kind === "idle" ? status.worker : this.#startWorker();
    const late = new AppError("agent_failed", "The linter did not start in time.");
    const timer = setTimeout(() => this.#abandon(waiting, late), this.#options.loadTimeoutMs);
    this.#status = { kind: "busy", worker, timer, waiting };
    worker.ref();
    worker.postMessage(waiting.request);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url).href, { smol: true });
    worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => this.#hear(worker, data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#hear(worker, { type: "failed", reason: event.message });
    };
    worker.addEventListener("close", () => this.#hear(worker, { type: "failed", reason: "the worker ended" }));
    return worker;
  }

  #hear(worker: Worker, message: WorkerMessage): void {
    const status = this.#status;
    if (status.kind === "idle" && status.worker === worker) {
      // Nobody is waiting: whatever it says, it is not to be relied on any more.
      clearTimeout(status.timer);
      this.#status = { kind: "none" };
      worker.terminate();
      return;
    }
    // What a replaced worker still had to say is of no interest.
    if (status.kind !== "busy" || status.worker !== worker) return;
    const { waiting } = status;
    if (message.type === "started") {
      clearTimeout(status.timer);
      const timer = setTimeout(
        () => this.#abandon(waiting, timeoutError(this.#options.timeoutMs)),
        this.#options.timeoutMs,
      );
      this.#status = { ...status, timer };
      return;
    }
    if (message.type === "failed") {
      this.#abandon(waiting, failedError(message.reason));
      return;
    }
    clearTimeout(status.timer);
    this.#rest(worker);
    waiting.resolve(message.report);
    this.#next();
  }

  /** Keeps the worker for the next request, for a while; it does not keep the process alive. */
  #rest(worker: Worker): void {
    const timer = setTimeout(() => {
      this.#status = { kind: "none" };
      worker.terminate();
    }, this.#options.idleMs);
    timer.unref();
    worker.unref();
    this.#status = { kind: "idle", worker, timer };
  }

  /** Ends a request without an answer. If it is with the worker, the worker goes: only so does the linter stop. */
  #abandon(waiting: Waiting, error: AppError): void {
    const status = this.#status;
    if (status.kind === "busy" && status.waiting === waiting) {
      clearTimeout(status.timer);
      this.#status = { kind: "none" };
      status.worker.terminate();
    } else {
      const place = this.#queue.indexOf(waiting);
      if (place >= 0) this.#queue.splice(place, 1);
    }
    waiting.reject(error);
    this.#next();
  }
}

function check({ code, language }: AnalysisRequest): void {
  if (!analyzableLanguages.includes(language satisfies AnalyzableLanguage))
    throw new AppError(
      "unsupported_language",
      `“${language}” cannot be analysed. Supported: ${analyzableLanguages.join(", ")}.`,
    );
  const bytes = Buffer.byteLength(code);
  const limit = maxCodeBytes[language];
  if (bytes > limit)
    throw new AppError(
      "input_invalid",
      `The code has ${bytes.toLocaleString("en-US")} bytes; at most ${limit.toLocaleString("en-US")} of ${language} are analysed. Send one source file at a time.`,
      { detail: { bytes, limit } },
    );
}

const closedError = () => new AppError("unavailable", "The server is stopping.");
const timeoutError = (timeoutMs: number) =>
  // Not step_timeout: the same file would take as long again, so no retry may follow.
  new AppError(
    "input_invalid",
    `The analysis took longer than ${timeoutMs / 1_000} s and was stopped. Send a smaller file.`,
  );

function failedError(reason: string): AppError {
  if (/call stack|stack size|recursion/i.test(reason))
    return new AppError("agent_failed", "The code is nested too deeply to be analysed.", { cause: reason });
  return new AppError("agent_failed", "The linter failed on this code.", { cause: reason });
}

function cancelled(signal: Signal): AppError {
  return signal.reason instanceof AppError
    ? signal.reason
    : new AppError("cancelled", "The analysis was cancelled.", { cause: signal.reason });
}
