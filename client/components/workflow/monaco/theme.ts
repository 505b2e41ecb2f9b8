import type * as Monaco from "monaco-editor/editor/editor.api.js";

/** A Monaco theme made of the product's tokens as they are now. */
export function defineTheme(monaco: typeof Monaco, theme: "light" | "dark"): string {
  const name = `agentflow-${theme}`;
  const style = getComputedStyle(document.documentElement);
  const token = (variable: string) => sixDigits(style.getPropertyValue(variable).trim());
  const bare = (variable: string) => token(variable).replace("#", "");
  monaco.editor.defineTheme(name, {
    base: theme === "dark" ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      { token: "", foreground: bare("--text") },
      { token: "keyword", foreground: bare("--cat-ai") },
      { token: "type", foreground: bare("--accent-text") },
      { token: "delimiter", foreground: bare("--accent-text") },
      { token: "variable.predefined", foreground: bare("--cat-data") },
      { token: "string", foreground: bare("--success") },
      { token: "number", foreground: bare("--cat-flow") },
      { token: "comment", foreground: bare("--faint") },
    ],
    colors: {
      "editor.background": token("--surface"),
      "editor.foreground": token("--text"),
      "editorCursor.foreground": token("--text"),
      "editor.lineHighlightBackground": "#00000000",
      "editor.lineHighlightBorder": "#00000000",
      "editorLineNumber.foreground": token("--faint"),
      "editorWidget.background": token("--raised"),
      "editorWidget.border": token("--line-strong"),
      "editorSuggestWidget.selectedBackground": token("--hover"),
      "editorSuggestWidget.selectedForeground": token("--text"),
      "editorSuggestWidget.highlightForeground": token("--accent-text"),
      "editorSuggestWidget.focusHighlightForeground": token("--accent-text"),
      "input.placeholderForeground": token("--faint"),
      "editor.placeholder.foreground": token("--faint"),
      focusBorder: "#00000000",
    },
  });
  return name;
}

/** Monaco takes #rrggbb only; a minifier writes #fff. */
function sixDigits(color: string): string {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color);
  return short === null
    ? color
    : `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join("")}`;
}
