import { AppError } from "../../errors.ts";
import { type AnalyzableLanguage, analyzableLanguages } from "../codeAnalysis.ts";

const aliases: Readonly<Record<string, AnalyzableLanguage>> = {
  py: "python",
  python3: "python",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  node: "javascript",
  ecmascript: "javascript",
  ts: "typescript",
  tsx: "typescript",
  mts: "typescript",
  cts: "typescript",
};

/** What only one language says, and how much it tells. Each pattern counts once, however often it is there. */
const signs: Readonly<Record<AnalyzableLanguage, readonly (readonly [pattern: RegExp, weight: number])[]>> = {
  python: [
    [/^[ \t]*(?:async\s+)?def\s+\w+\s*\(.*?$/m, 3],
    [/^[ \t]*class\s+\w+[^{\n]*:\s*(?:#.*)?$/m, 3],
    [/^[ \t]*(?:if|elif|for|while|with|try|except|else)\b[^{\n]*:\s*(?:#.*)?$/m, 2],
    [/^from\s+[\w.]+\s+import\s/m, 3],
    [/^import\s+[\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+)*\s*$/m, 2],
    [/^\s*(?:@\w[\w.]*(?:\(.*\))?\s*\n\s*(?:async\s+)?def\s)/m, 2],
    [/\b(?:None|True|False|elif|self\.\w+|__\w+__)\b/, 1],
    [/^#!.*\bpython/, 5],
    [/^[A-Za-z_]\w*\s*=\s*[^=].*[^;{]\s*$/m, 1],
    [/^\s*print\(/m, 1],
  ],
  javascript: [
    [/\b(?:const|let|var)\s+[\w${[]/, 3],
    [/=>/, 2],
    [/\bfunction\b\s*\*?\s*\w*\s*\(/, 3],
    [/===|!==|&&|\|\|/, 2],
    [/^\s*(?:import|export)\s.*?(?:from\s+)?["'{*]/m, 2],
    [/\brequire\(\s*["']|module\.exports/, 3],
    [/\bconsole\.\w+\(/, 2],
    [/^\s*(?:\/\/|\/\*)/m, 1],
    [/[;{]\s*$/m, 1],
    [/^#!.*\bnode/, 5],
  ],
  typescript: [
    [/^\s*(?:export\s+)?(?:declare\s+)?interface\s+\w+(?:<[^>]*>)?\s*(?:extends\s[^{]*)?\{/m, 4],
    [/^\s*(?:export\s+)?type\s+\w+(?:<[^>]*>)?\s*=/m, 4],
    [/^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w+\s*\{/m, 4],
    [/\bimport\s+type\s|\bexport\s+type\s/, 4],
    [/[\w)\]?]\s*:\s*(?:string|number|boolean|unknown|never|void|any|bigint|Promise<|Record<|Array<|readonly\s)/, 3],
    [/\b(?:const|let|var)\s+\w+\s*:\s*[A-Z]\w*/, 3],
    [/\b(?:private|public|protected|readonly)\s+\w+\s*[:(=;]/, 3],
    [/\bas\s+(?:const|unknown|string|number|any|[A-Z]\w*)\b|\bsatisfies\s/, 2],
    [/\w<(?:string|number|[A-Z]\w*)>\s*\(/, 2],
  ],
};

/** At least so much must speak for a language before it is chosen. */
const enough = 2;

/**
 * The language of a request: the one that is named, or, for `auto`, the one whose signs weigh most. TypeScript is JavaScript with types, so it
 * is chosen when the text has JavaScript's shape or none of Python's and at least one sign of types.
 * Throws unsupported_language, naming what is supported.
 */
export function chooseLanguage(wanted: string, code: string): { language: AnalyzableLanguage; detected: boolean } {
  const name = wanted.trim().toLowerCase().replace(/^\./, "") || "auto";
  if (name !== "auto") return { language: namedLanguage(name, wanted), detected: false };
  const language = detectLanguage(code);
  if (language) return { language, detected: true };
  throw new AppError(
    "unsupported_language",
    `The language cannot be told from this text. Set it in the step. Supported: ${analyzableLanguages.join(", ")}.`,
    { detail: { supported: [...analyzableLanguages] } },
  );
}

export function detectLanguage(code: string): AnalyzableLanguage | undefined {
  const text = code.slice(0, 50_000);
  const python = weigh("python", text);
  const javascript = weigh("javascript", text);
  const types = weigh("typescript", text);
  if (Math.max(python, javascript + types) < enough) return undefined;
  if (python > javascript + types) return "python";
  return types >= enough ? "typescript" : "javascript";
}

function namedLanguage(name: string, wanted: string): AnalyzableLanguage {
  const exact = analyzableLanguages.find((language) => language === name);
  const language = exact ?? (Object.hasOwn(aliases, name) ? aliases[name] : undefined);
  if (language) return language;
  throw new AppError(
    "unsupported_language",
    `“${wanted.trim().slice(0, 60)}” cannot be analysed. Supported: ${analyzableLanguages.join(", ")}.`,
    { detail: { language: wanted.trim().slice(0, 60), supported: [...analyzableLanguages] } },
  );
}

function weigh(language: AnalyzableLanguage, text: string): number {
  return signs[language].reduce((sum, [pattern, weight]) => sum + (pattern.test(text) ? weight : 0), 0);
}
