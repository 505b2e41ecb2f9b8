/** A signed-in REST client with its cookie, as a script would use it. */
export interface RestClient {
  readonly cookie: string;
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

export const owner = { username: "Ada", password: "correct horse battery" } as const;

/** Makes the owner account on a fresh server. */
export async function signUpOwner(url: string): Promise<RestClient> {
  const answer = await fetch(`${url}/api/auth/set-up`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: owner.username, password: owner.password }),
  });
  if (!answer.ok) throw new Error(`Set-up answered ${answer.status}: ${await answer.text()}`);
  return restClientAt(url, (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "");
}

/** The same person at another process. */
export function restClientAt(url: string, cookie: string): RestClient {
  return {
    cookie,
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const reply = await fetch(`${url}${path}`, {
        method,
        headers: { cookie, "content-type": "application/json" },
        ...init,
      });
      if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${await reply.text()}`);
      return (await reply.json()) as T;
    },
  };
}
