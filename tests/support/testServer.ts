import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client";
import { insertProfile } from "#db/queries/profiles.ts";
import { insertMember, insertWorkspace } from "#db/queries/workspaces.ts";
import { withIdentity } from "#db/tenant.ts";
import { newId } from "#server/adapters/ids.ts";
import { createPasswords } from "#server/adapters/passwords.ts";
import { type App, createApp } from "#server/app.ts";
import { createDeps, type Deps } from "#server/deps.ts";
import { type Env, readEnv } from "#server/env.ts";
import type { AppRouter } from "#server/trpc/router.ts";
import type { ErrorCode } from "#src/errors.ts";
import type { Role } from "#src/schemas/workspace.ts";

export const password = "correct horse battery";

/** One person's browser: a typed client and the cookie that it keeps. */
export interface TestClient {
  readonly trpc: ReturnType<typeof createTRPCClient<AppRouter>>;
  /** Value of the Cookie header; empty when signed out. */
  cookie(): string;
  /** Any request of theirs, with their cookie. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface TestServer extends AsyncDisposable {
  readonly app: App;
  readonly deps: Deps;
  /** Address of the open port; sockets need it. Empty when not listening. */
  readonly url: string;
  client(): TestClient;
  /** A client signed in as the owner of the first workspace. */
  owner(): Promise<TestClient>;
  /** A client of somebody the owner invited. */
  member(role: Role): Promise<TestClient & { readonly username: string }>;
  /** A client of the owner of another workspace. */
  stranger(): Promise<TestClient>;
}

const base = "http://localhost";

function createClient(send: (request: Request) => Promise<Response>): TestClient {
  let cookie = "";
  const go = async (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("host", "localhost");
    if (cookie !== "") headers.set("cookie", cookie);
    const answer = await send(new Request(url, { ...init, headers }));
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      cookie = pair.endsWith("=") ? "" : pair;
    }
    return answer;
  };
  const trpc = createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        maxItems: 20,
        url: `${base}/trpc`,
        fetch: ((url: string, init: RequestInit) => go(url, init)) as never,
      }),
    ],
  });
  return { trpc, cookie: () => cookie, fetch: (path, init) => go(base + path, init) };
}

/** The whole server in this process on an embedded database in memory; listens on a free loopback port when asked. */
export async function openTestServer(options: { env?: Partial<Env>; listen?: boolean } = {}): Promise<TestServer> {
  const env: Env = { ...readEnv({}), folder: null, logLevel: "silent", host: "127.0.0.1", port: 0, ...options.env };
  const deps = await createDeps(env);
  const app = createApp(deps);
  if (options.listen) app.listen({ port: env.port, hostname: env.host, reusePort: false });
  const client = () => createClient((request) => Promise.resolve(app.handle(request)));
  let people = 0;
  let first: Promise<TestClient> | null = null;

  async function setUp(): Promise<TestClient> {
    const owner = client();
    await owner.trpc.auth.setUp.mutate({ username: "Ada", password });
    return owner;
  }
  const ownerOf = () => {
    first ??= setUp();
    return first;
  };

  return {
    app,
    deps,
    url: options.listen ? `http://127.0.0.1:${app.server?.port}` : "",
    client,
    owner: ownerOf,
    async member(role) {
      const { token } = await (await ownerOf()).trpc.workspaces.invite.mutate({ role });
      people += 1;
      const username = `${role} ${people}`;
      const joined = client();
      await joined.trpc.auth.signUp.mutate({ token, username, password });
      return { ...joined, username };
    },
    async stranger() {
      await ownerOf();
      people += 1;
      const username = `stranger ${people}`;
      const profileId = newId("profile");
      const workspaceId = newId("workspace");
      const passwordHash = await createPasswords().hash(password);
      const at = new Date();
      await withIdentity(deps.db, async (tx) => {
        await insertProfile(tx, { id: profileId, username, passwordHash, createdAt: at });
        await insertWorkspace(tx, { id: workspaceId, name: username, createdAt: at });
        await insertMember(tx, { workspaceId, profileId, role: "owner", joinedAt: at });
      });
      const them = client();
      await them.trpc.auth.signIn.mutate({ username, password });
      return them;
    },
    async [Symbol.asyncDispose]() {
      app.server?.stop(true);
      await deps.stop();
    },
  };
}

/** What a call was refused with; `ok` when it was not. Rethrows what is no answer of the server. */
export async function codeOf(call: Promise<unknown>): Promise<ErrorCode | "ok"> {
  try {
    await call;
    return "ok";
  } catch (error) {
    if (error instanceof TRPCClientError && error.data?.code) return error.data.code as ErrorCode;
    throw error;
  }
}
