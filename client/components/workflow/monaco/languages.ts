import type * as Monaco from "monaco-editor/editor/editor.api.js";
import { brief, type ReferenceChoice } from "../inspector/references.ts";

/** Text with `{{ }}` in it, and the expression language alone. */
export const templateLanguage = "agentflow-template";
export const expressionLanguage = "agentflow-jsonata";

type Choices = () => readonly ReferenceChoice[];
/** What the text of a model may refer to, by the model's address. Filled while its field is on screen. */
const choicesOf = new Map<string, Choices>();

/** Offers references in one model; returns how to stop. */
export function offerReferences(model: Monaco.editor.ITextModel, choices: Choices): () => void {
  const address = model.uri.toString();
  choicesOf.set(address, choices);
  return () => void choicesOf.delete(address);
}

const expressionRules: Monaco.languages.IMonarchLanguageRule[] = [
  [/\b(and|or|in|true|false|null|function)\b/, "keyword"],
  [/\$[A-Za-z_]\w*/, "variable.predefined"],
  [/\b(steps|inputs|execution|value|data)\b/, "type"],
  [/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/, "string"],
  [/\/\*.*?\*\//, "comment"],
  [/\b\d+(\.\d+)?\b/, "number"],
  [/[A-Za-z_]\w*/, "identifier"],
];

export function registerLanguages(monaco: typeof Monaco): void {
  const { languages } = monaco;
  languages.register({ id: templateLanguage });
  languages.register({ id: expressionLanguage });
  languages.setMonarchTokensProvider(expressionLanguage, { tokenizer: { root: expressionRules } });
  languages.setMonarchTokensProvider(templateLanguage, {
    tokenizer: {
      root: [
        [/\{\{/, { token: "delimiter", next: "@expression" }],
        [/[^{]+/, ""],
        [/\{/, ""],
      ],
      expression: [[/\}\}/, { token: "delimiter", next: "@pop" }], ...expressionRules],
    },
  });
  const pairs = { autoClosingPairs: ['""', "()", "[]", "{}"].map(([open = "", close = ""]) => ({ open, close })) };
  languages.setLanguageConfiguration(expressionLanguage, {
    ...pairs,
    brackets: [
      ["{", "}"],
      ["[", "]"],
      ["(", ")"],
    ],
  });
  for (const language of [templateLanguage, expressionLanguage]) {
    languages.registerCompletionItemProvider(language, {
      triggerCharacters: ["{", ".", " "],
      provideCompletionItems: (model, position) => complete(monaco, model, position),
    });
  }
}

function complete(
  monaco: typeof Monaco,
  model: Monaco.editor.ITextModel,
  position: Monaco.Position,
): Monaco.languages.CompletionList {
  const line = model.getLineContent(position.lineNumber);
  const before = line.slice(0, position.column - 1);
  const inside = model.getLanguageId() === expressionLanguage || /\{\{[^}]*$/.test(before);
  const choices = inside ? (choicesOf.get(model.uri.toString())?.() ?? []) : [];
  const begun = /[\w.]*$/.exec(before)?.[0] ?? "";
  const opened = /\{\{[\w.]*$/.test(before);
  const closed = line
    .slice(position.column - 1)
    .trimStart()
    .startsWith("}}");
  const isTemplate = model.getLanguageId() === templateLanguage;
  const range = {
    startLineNumber: position.lineNumber,
    endLineNumber: position.lineNumber,
    startColumn: position.column - begun.length,
    endColumn: position.column,
  };
  return {
    suggestions: choices.map((choice, index) => ({
      label: {
        label: choice.path,
        description: choice.last === undefined ? choice.group : brief(choice.last).slice(0, 40),
      },
      kind: monaco.languages.CompletionItemKind.Field,
      insertText: `${opened && isTemplate ? " " : ""}${choice.path}${isTemplate && !closed ? " }}" : ""}`,
      filterText: choice.path,
      sortText: String(index).padStart(4, "0"),
      range,
    })),
  };
}
