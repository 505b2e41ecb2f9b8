import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface Import {
  /** The specifier as written. */
  readonly specifier: string;
  /** Path from the root, for an import of the project's own; null for a package. */
  readonly path: string | null;
  readonly typeOnly: boolean;
  readonly names: readonly string[];
}

export interface Source {
  /** Path from the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** True when the file does nothing but re-export. */
  readonly barrel: boolean;
}

const isCode = (name: string) => /\.(m?[jt]s|tsx)$/.test(name) && !name.endsWith(".d.ts");

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (["node_modules", "dist", ".agentflow", ".git"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (isCode(entry.name)) yield path;
  }
}

function resolve(from: string, specifier: string): string | null {
  if (specifier.startsWith("#")) return specifier.slice(1).split("?")[0] ?? null;
  if (specifier.startsWith("."))
    return (
      relative(root, join(dirname(from), specifier))
        .replaceAll("\\", "/")
        .split("?")[0] ?? null
    );
  return null;
}

function namesOf(node: ts.ImportDeclaration): string[] {
  const clause = node.importClause;
  const bindings = clause?.namedBindings;
  const named =
    bindings && ts.isNamedImports(bindings) ? bindings.elements.map((e) => (e.propertyName ?? e.name).text) : [];
  return clause?.name ? ["default", ...named] : named;
}

function importsOf(file: string, tree: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node, typeOnly: boolean, names: readonly string[]) => {
    if (!ts.isStringLiteralLike(specifier)) return;
    found.push({ specifier: specifier.text, path: resolve(file, specifier.text), typeOnly, names });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false, namesOf(node));
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly, []);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier) add(specifier, false, []);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true, []);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function readSource(file: string): Source {
  const text = readFileSync(file, "utf8");
  const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false, kind);
  const barrel =
    tree.statements.length > 0 && tree.statements.every((s) => ts.isExportDeclaration(s) && s.moduleSpecifier);
  return {
    path: relative(root, file).replaceAll("\\", "/"),
    text,
    lines: text.split("\n").length - 1,
    imports: importsOf(file, tree),
    barrel,
  };
}

/** Every code file of the named folders. */
export function readSources(...folders: string[]): Source[] {
  return folders.flatMap((folder) => [...walk(join(root, folder))].map(readSource));
}
