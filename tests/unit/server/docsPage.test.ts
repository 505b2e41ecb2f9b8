import { expect, test } from "bun:test";
import { renderDocs } from "#server/http/docsPage.ts";
import { createOpenApiDocument } from "#server/http/openApi.ts";

test("the page of the API names every path as it is called, and its prose shows no raw marks", () => {
  const page = renderDocs(createOpenApiDocument());
  const paths = [...page.matchAll(/<span class="method">\w+<\/span> <code>([^<]+)<\/code>/g)].map(
    (found) => found[1] ?? "",
  );
  expect(paths).toContain("/api/auth/sign-in");
  expect(paths.filter((path) => !path.startsWith("/api/"))).toEqual([]);
  expect(page).toContain("<code>POST /api/auth/sign-in</code>");
  expect(page.replaceAll(/<pre>[\s\S]*?<\/pre>/g, "")).not.toContain("`");
});

test("the page of the API names its icon, so that the browser asks for no other", () => {
  expect(renderDocs(createOpenApiDocument())).toContain('<link rel="icon" href="/favicon.svg"');
});
