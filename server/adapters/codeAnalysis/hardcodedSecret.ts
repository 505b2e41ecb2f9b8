import type { Rule } from "eslint";

type Node = Rule.Node;

const secretName = /pass(?:word|wd|phrase)|pwd|secret|token|api[-_]?key|private[-_]?key|credential/i;
/** Not the secret itself but something about it: `passwordField`, `tokenUrl`, `secretName`. */
const aboutSecret =
  /(?:name|field|label|url|uri|path|file|type|key[-_]?id|hint|length|pattern|regex|placeholder|title|message|error|header|prefix|param)s?$/i;
const ordinaryText = /\s|^[<[{$%]|^\/|^https?:|^\.|^[A-Z_]*PLACEHOLDER/;

/**
 * Text that is given to something called password, token, API key and the like. SonarJS asks for text that looks random, and so passes over the
 * passwords that people make up.
 */
export const hardcodedSecret: Rule.RuleModule = {
  meta: {
    type: "problem",
    docs: { description: "Secrets should not be written into the code" },
    messages: { found: "“{{name}}” gets a secret that is written into the code." },
    schema: [],
  },
  create(context) {
    const check = (target: Node | null | undefined, value: Node | null | undefined) => {
      const name = nameOf(target);
      if (!value || name === undefined || !secretName.test(name) || aboutSecret.test(name)) return;
      const text = textOf(value);
      if (text === undefined || text.length < 4 || ordinaryText.test(text) || sameWords(text, name)) return;
      context.report({ node: value, messageId: "found", data: { name } });
    };
    return {
      VariableDeclarator: (node) => check(node.id as Node, node.init as Node | null),
      AssignmentExpression: (node) => check(node.left as Node, node.right as Node),
      AssignmentPattern: (node) => check(node.left as Node, node.right as Node),
      Property: (node) => check(node.key as Node, node.value as Node),
      PropertyDefinition: (node) => check(node.key as Node, node.value as Node | null),
    };
  },
};

function nameOf(node: Node | null | undefined): string | undefined {
  if (node?.type === "Identifier" || node?.type === "PrivateIdentifier") return node.name;
  if (node?.type === "MemberExpression") return nameOf(node.property as Node);
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}

function textOf(node: Node): string | undefined {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node.type !== "TemplateLiteral" || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}

/** `password: "password"` names a field or a type of input. */
function sameWords(text: string, name: string): boolean {
  const plain = (value: string) => value.toLowerCase().replace(/[^a-z0-9]/g, "");
  return (
    plain(name).includes(plain(text)) ||
    /^(?:text|string|number|bearer|basic|none|null|undefined|true|false)$/i.test(text)
  );
}
