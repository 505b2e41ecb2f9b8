import { resolve } from "node:path";
import { Duplex } from "node:stream";
import { AppError } from "#src/errors.ts";
import { lockFolder } from "./folderLock.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";
import { keepTemplate, readTemplate } from "./template.ts";

export interface Embedded {
  /** A stream that speaks the Postgres protocol, for postgres.js's `socket` option. One at a time: there is one backend. */
  connect(): Promise<Duplex>;
  close(): Promise<void>;
}

/** Opens PGlite in a worker of its own. Throws AppError `unavailable` when the folder is in use or cannot be opened. */
export async function openPglite(folder: string | null): Promise<Embedded> {
  const path = folder === null ? null : resolve(folder);
  const lock = path === null ? null : lockFolder(path);
  let backend: Backend;
  try {
    backend = await startBackend(path);
  } catch (error) {
    lock?.release();
    throw error;
  }
  return {
    async connect() {
      // A backend that crashed is started again by the next query; Postgres recovers from its log.
      if (backend.status === "dead") backend = await startBackend(path);
      return backend.connect();
    },
    async close() {
      await backend.close();
      lock?.release();
    },
  };
}

async function startBackend(folder: string | null): Promise<Backend> {
  const template = readTemplate();
  if (template === null) keepTemplate(await makeTemplate());
  const backend = new Backend();
  await backend.open(folder, template ?? readTemplate());
  return backend;
}

async function makeTemplate(): Promise<Uint8Array> {
  const backend = new Backend();
  await backend.open(null, null);
  try {
    return await backend.dump();
  } finally {
    await backend.close();
  }
}

type Answer = Exclude<FromWorker, Uint8Array>;

/** The worker: one question at a time besides the stream, so the next answer belongs to the last question. */
class Backend {
  status: "live" | "dead" = "live";
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url));
  #stream: Duplex | null = null;
  #waiting: { resolve(answer: Answer): void; reject(error: AppError): void } | null = null;

  constructor() {
    this.#worker.onmessage = (event: MessageEvent<FromWorker>) => this.#receive(event.data);
    this.#worker.onerror = (event) => this.#die(`The embedded database stopped: ${event.message}`);
    // Ended without an error of its own, by the operating system or by `terminate`.
    this.#worker.addEventListener("close", () => this.#die("The embedded database stopped."));
  }

  async open(folder: string | null, template: Uint8Array | null): Promise<void> {
    const answer = await this.#ask({ kind: "open", folder, template });
    if (answer.kind !== "failed") return;
    this.#die(answer.message);
    throw new AppError("unavailable", `The embedded database could not be opened: ${answer.message}`);
  }

  async dump(): Promise<Uint8Array> {
    const answer = await this.#ask({ kind: "dump" });
    if (answer.kind !== "template") throw new AppError("internal", "The embedded database gave no template.");
    return answer.template;
  }

  connect(): Duplex {
    const stream = new Duplex({
      read() {},
      write: (piece: Uint8Array, _encoding, done) => {
        // A copy of its own: a piece may be a view into a pooled buffer, and the whole pool would be sent along.
        if (this.status === "live") this.#worker.postMessage(new Uint8Array(piece) satisfies ToWorker);
        done(this.status === "live" ? null : new Error("The embedded database stopped."));
      },
      final(done) {
        done();
        stream.destroy();
      },
    });
    this.#stream = stream;
    // postgres.js says goodbye only to a socket that tells it is open.
    return Object.assign(stream, { readyState: "open" });
  }

  async close(): Promise<void> {
    if (this.status === "live") await this.#ask({ kind: "close" });
    this.status = "dead";
    this.#worker.terminate();
    this.#stream?.destroy();
  }

  #ask(question: Exclude<ToWorker, Uint8Array>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(question);
    });
  }

  #receive(message: FromWorker): void {
    if (message instanceof Uint8Array) {
      this.#stream?.push(Buffer.from(message.buffer, message.byteOffset, message.byteLength));
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(message);
  }

  #die(reason: string): void {
    if (this.status === "dead") return;
    this.status = "dead";
    this.#worker.terminate();
    this.#waiting?.reject(new AppError("unavailable", reason));
    this.#waiting = null;
    // As a broken connection, which it is to postgres.js and to whoever asks whether a commit may have gone through.
    this.#stream?.destroy(Object.assign(new Error(reason), { code: "ECONNRESET" }));
  }
}
