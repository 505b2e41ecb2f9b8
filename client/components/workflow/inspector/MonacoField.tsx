import Editor from "@monaco-editor/react";
import { useAtomValue } from "jotai";
import type * as Monaco from "monaco-editor/editor/editor.api.js";
import { useCallback, useEffect, useRef, useState } from "react";
import { classes } from "#client/components/ui/classes.ts";
import { fieldClasses } from "#client/components/ui/Input.tsx";
import { Skeleton } from "#client/components/ui/Skeleton.tsx";
import { themeAtom } from "#client/stores/theme.ts";
import { type Binding, bindMonaco } from "../monaco/bindMonaco.ts";
import { expressionLanguage, offerReferences, templateLanguage } from "../monaco/languages.ts";
import { monaco } from "../monaco/monaco.ts";
import { defineTheme } from "../monaco/theme.ts";
import type { FieldProps } from "./fieldProps.ts";
import type { FieldSpec } from "./fieldSpecs.ts";
import { useReferences } from "./ReferencePicker.tsx";
import { type SharedField, useSharedField } from "./sharedText.ts";

/** Lowest and highest, in pixels: it grows with its text. */
const heights: Readonly<Record<string, readonly [number, number]>> = {
  jsonata: [56, 240],
  prompt: [104, 360],
  json: [104, 360],
  code: [160, 420],
};

/** Prompts, code, JSON and expressions, shared letter by letter, with what upstream steps put out as completions. */
export function MonacoField({ nodeId, spec, control, onInserter }: FieldProps) {
  const theme = useAtomValue(themeAtom);
  const field = useSharedField(nodeId, spec.name);
  const references = useReferences(nodeId);
  const [editor, setEditor] = useState<Monaco.editor.IStandaloneCodeEditor | null>(null);
  const latest = useLatest(field);
  const choices = useLatest(references);
  const height = useHeight(editor, heights[spec.editor] ?? [104, 360]);

  useEffect(() => monaco.editor.setTheme(defineTheme(monaco, theme)), [theme]);
  useBinding(editor, field, latest);
  useEffect(() => {
    const model = editor?.getModel();
    return model ? offerReferences(model, () => choices.current) : undefined;
  }, [editor, choices]);
  useEffect(() => {
    if (editor === null) return;
    onInserter((text) => insertAtCaret(editor, text));
    return () => onInserter(null);
  }, [editor, onInserter]);
  const onMount = useCallback(
    (mounted: unknown) => {
      const made = mounted as Monaco.editor.IStandaloneCodeEditor;
      takeUndo(made, latest);
      setEditor(made);
    },
    [latest],
  );

  return (
    <div
      id={control.id}
      data-editor={spec.editor}
      data-field={spec.name}
      aria-invalid={control["aria-invalid"]}
      className={classes(fieldClasses, "nokey overflow-hidden py-1 focus-within:border-focus")}
      style={{ height: height + 10 }}
    >
      <Editor
        height={height}
        path={`${nodeId}/${spec.name}`}
        defaultValue={field.value}
        language={languageOf(spec)}
        theme={`agentflow-${theme}`}
        loading={<Skeleton className="m-2 h-16 w-[calc(100%-16px)]" />}
        onMount={onMount}
        options={{
          ...options,
          ariaLabel: spec.title,
          readOnly: field.write === null,
          placeholder: spec.placeholder ?? "",
        }}
      />
    </div>
  );
}

const options = {
  minimap: { enabled: false },
  lineNumbers: "off",
  glyphMargin: false,
  folding: false,
  lineDecorationsWidth: 8,
  lineNumbersMinChars: 0,
  wordWrap: "on",
  fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
  fontSize: 12,
  lineHeight: 18,
  scrollBeyondLastLine: false,
  scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 8, useShadows: false },
  overviewRulerLanes: 0,
  hideCursorInOverviewRuler: true,
  renderLineHighlight: "none",
  occurrencesHighlight: "off",
  fixedOverflowWidgets: true,
  quickSuggestions: false,
  wordBasedSuggestions: "off",
  tabFocusMode: true,
  automaticLayout: true,
  contextmenu: false,
  unicodeHighlight: { ambiguousCharacters: false },
} as const satisfies Monaco.editor.IStandaloneEditorConstructionOptions;

function languageOf(spec: FieldSpec): string {
  if (spec.editor === "json") return "json";
  if (spec.editor === "jsonata") return expressionLanguage;
  return spec.editor === "code" ? (spec.language ?? "plaintext") : templateLanguage;
}

function useLatest<Value>(value: Value) {
  const ref = useRef(value);
  ref.current = value;
  return ref;
}

function useBinding(
  editor: Monaco.editor.IStandaloneCodeEditor | null,
  field: SharedField,
  latest: { readonly current: SharedField },
): void {
  const binding = useRef<Binding | null>(null);
  useEffect(() => {
    if (editor === null) return;
    const made = bindMonaco(editor, () => latest.current);
    binding.current = made;
    return () => {
      made.close();
      binding.current = null;
    };
  }, [editor, latest]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text is what it must be tied to
  useEffect(() => binding.current?.rebind(), [field.text]);
}

function useHeight(
  editor: Monaco.editor.IStandaloneCodeEditor | null,
  [least, most]: readonly [number, number],
): number {
  const [height, setHeight] = useState(least);
  useEffect(() => {
    if (editor === null) return;
    const fit = () => setHeight(Math.max(least, Math.min(most, editor.getContentHeight())));
    fit();
    const listening = editor.onDidContentSizeChange(fit);
    return () => listening.dispose();
  }, [editor, least, most]);
  return height;
}

/** Undo is the document's, per person; the editor's own would take back what others typed. */
function takeUndo(editor: Monaco.editor.IStandaloneCodeEditor, field: { readonly current: SharedField }): void {
  const { KeyMod, KeyCode } = monaco;
  editor.addCommand(KeyMod.CtrlCmd | KeyCode.KeyZ, () => field.current.undo());
  editor.addCommand(KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyZ, () => field.current.redo());
  editor.addCommand(KeyMod.CtrlCmd | KeyCode.KeyY, () => field.current.redo());
}

function insertAtCaret(editor: Monaco.editor.IStandaloneCodeEditor, text: string): void {
  const selection = editor.getSelection();
  if (selection === null) return;
  editor.executeEdits("reference", [{ range: selection, text, forceMoveMarkers: true }]);
  editor.focus();
}
