/** What the main thread tells the worker; a lone Uint8Array is a piece of the Postgres protocol. */
export type ToWorker =
  | Uint8Array
  /** `folder` null keeps everything in memory; `template` is a tar of a fresh database, null makes one by initdb. */
  | { readonly kind: "open"; readonly folder: string | null; readonly template: Uint8Array | null }
  /** Answered by `template`, before anything else was asked of the database. */
  | { readonly kind: "dump" }
  | { readonly kind: "close" };

/** What the worker answers; a lone Uint8Array is Postgres's answer to one piece. */
export type FromWorker =
  | Uint8Array
  | { readonly kind: "opened" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "template"; readonly template: Uint8Array }
  | { readonly kind: "closed" };
