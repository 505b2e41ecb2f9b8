import type { OpenAPIObject } from "trpc-to-openapi";
import { isJsonObject, type JsonObject } from "#src/json.ts";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);

const style = `
:root { color-scheme: light dark; --line: light-dark(#d8dce3, #333a46); --soft: light-dark(#f5f6f8, #1b2029); }
body { font: 15px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2.5rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; text-transform: capitalize }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0 } summary { cursor: pointer; padding: .55rem .8rem }
details > div { padding: 0 .9rem .9rem } pre { background: var(--soft); padding: .8rem; border-radius: .4rem; overflow: auto; font-size: 13px }
code { font-family: ui-monospace, monospace } .method { display: inline-block; min-width: 4.2rem; font-weight: 650 } .muted { opacity: .75 }
h3 { font-size: .85rem; margin: 1rem 0 .3rem } p { white-space: pre-line }`;

/** Prose of the document: its only mark is the backtick. */
const prose = (text: string) => escaped(text).replace(/`([^`]+)`/g, "<code>$1</code>");

const json = (value: unknown) => `<pre><code>${escaped(JSON.stringify(value, null, 2))}</code></pre>`;

function schemaOf(content: unknown): unknown {
  if (!isJsonObject(content) || !isJsonObject(content.content)) return null;
  const media = content.content["application/json"];
  return isJsonObject(media) ? (media.schema ?? null) : null;
}

function operation(method: string, path: string, found: JsonObject): string {
  const parts: string[] = [];
  if (Array.isArray(found.parameters) && found.parameters.length > 0)
    parts.push("<h3>Parameters</h3>", json(found.parameters));
  const body = schemaOf(found.requestBody);
  if (body !== null) parts.push("<h3>Body</h3>", json(body));
  const answers = isJsonObject(found.responses) ? found.responses : {};
  const answer = schemaOf(answers["200"]);
  if (answer !== null) parts.push("<h3>Answer</h3>", json(answer));
  const words = typeof found.summary === "string" ? found.summary : "";
  return `<details><summary><span class="method">${escaped(method.toUpperCase())}</span> <code>${escaped(path)}</code>
<span class="muted">${prose(words)}</span></summary><div>${parts.join("\n")}</div></details>`;
}

/** The document for people: plain HTML, no script, so the strict policy of every other page holds here too. */
export function renderDocs(made: OpenAPIObject): string {
  const groups = new Map<string, string[]>();
  const base = made.servers?.[0]?.url ?? "";
  for (const [path, methods] of Object.entries(made.paths ?? {})) {
    for (const [method, found] of Object.entries(methods as unknown as JsonObject)) {
      if (!isJsonObject(found)) continue;
      const tag = Array.isArray(found.tags) && typeof found.tags[0] === "string" ? found.tags[0] : "other";
      groups.set(tag, [...(groups.get(tag) ?? []), operation(method, base + path, found)]);
    }
  }
  const sections = [...groups].map(([tag, entries]) => `<h2>${escaped(tag)}</h2>${entries.join("\n")}`);
  const shared = Object.entries(made.components?.schemas ?? {}).map(
    ([name, schema]) => `<details><summary><code>${escaped(name)}</code></summary><div>${json(schema)}</div></details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<title>AgentFlow API</title><style>${style}</style></head><body><h1>AgentFlow API</h1>
<p>${prose(made.info.description ?? "")}</p><p>For programs: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI ${escaped(made.openapi)}).</p>
${sections.join("\n")}<h2>Schemas</h2>${shared.join("\n")}</body></html>`;
}
