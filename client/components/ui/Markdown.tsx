import { lexer, type MarkedToken, type Token } from "marked";
import { createElement, Fragment, type ReactNode } from "react";

/**
 * Markdown as elements: raw HTML is shown as text, images become links (nothing remote is loaded), and a link leaves only
 * for http, https, mailto or a place of ours. Never sets innerHTML.
 */
export function Markdown({ children }: { readonly children: string }) {
  return <div className="markdown select-text">{blocks(lexer(children))}</div>;
}

const headings = ["h2", "h3", "h4", "h5", "h6"] as const;

function blocks(tokens: readonly Token[] | undefined): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: a parsed text has no other identity than order
  return tokens?.map((token, index) => <Fragment key={index}>{element(token as MarkedToken)}</Fragment>);
}

function element(token: MarkedToken): ReactNode {
  switch (token.type) {
    case "heading":
      return createElement(headings[token.depth - 1] ?? "h6", null, blocks(token.tokens));
    case "paragraph":
      return <p>{blocks(token.tokens)}</p>;
    case "text":
      return "tokens" in token && token.tokens ? blocks(token.tokens) : plainText(token.text);
    case "escape":
      return plainText(token.text);
    case "strong":
      return <strong>{blocks(token.tokens)}</strong>;
    case "em":
      return <em>{blocks(token.tokens)}</em>;
    case "del":
      return <del>{blocks(token.tokens)}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long code scrolls sideways; the keyboard must reach it
        <pre tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case "list":
      return createElement(token.ordered ? "ol" : "ul", null, blocks(token.items));
    case "list_item":
      return <li>{blocks(token.tokens)}</li>;
    case "link":
      return <SafeLink href={token.href}>{blocks(token.tokens)}</SafeLink>;
    case "image":
      return <SafeLink href={token.href}>{token.text || token.href}</SafeLink>;
    case "table":
      return <MarkdownTable header={token.header} rows={token.rows} />;
    case "checkbox":
      return token.checked ? "☑ " : "☐ ";
    case "br":
      return <br />;
    case "hr":
      return <hr />;
    case "space":
    case "def":
      return null;
    default:
      return token.raw;
  }
}

interface Cell {
  readonly tokens: Token[];
}

function MarkdownTable({ header, rows }: { readonly header: readonly Cell[]; readonly rows: readonly Cell[][] }) {
  const cells = (row: readonly Cell[], tag: "th" | "td") =>
    row.map((cell, index) => createElement(tag, { key: index }, blocks(cell.tokens)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways; the keyboard must reach it
    <div className="overflow-x-auto" tabIndex={0}>
      <table>
        <thead>
          <tr>{cells(header, "th")}</tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a parsed text has no other identity than order
            <tr key={index}>{cells(row, "td")}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SafeLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (!/^(https?:\/\/|mailto:|\/(?!\/)|#)/i.test(href)) return children;
  const outside = /^https?:/i.test(href);
  return (
    <a href={href} {...(outside ? { target: "_blank", rel: "noopener noreferrer nofollow" } : {})}>
      {children}
    </a>
  );
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: "\u00a0" };
/** The few character references people write; the tokens keep them as they were typed. */
const plainText = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (all, name) => named[name] ?? all);
