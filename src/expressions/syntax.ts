/** JSONata's syntax tree as its parser makes it; the published types cover only a part. */
export interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  /** Offset of the end of the node's token. */
  readonly position?: number;
  readonly steps?: readonly SyntaxNode[];
  readonly expressions?: readonly SyntaxNode[];
  readonly expression?: SyntaxNode;
  readonly arguments?: readonly SyntaxNode[];
  readonly procedure?: SyntaxNode;
  readonly body?: SyntaxNode;
  readonly condition?: SyntaxNode;
  readonly then?: SyntaxNode;
  readonly else?: SyntaxNode;
  readonly lhs?: SyntaxNode | readonly (readonly [SyntaxNode, SyntaxNode])[];
  readonly rhs?: SyntaxNode;
  /** `@$name` and `#$name` on a step. */
  readonly focus?: string;
  readonly index?: string;
  readonly stages?: readonly { readonly type?: string; readonly value?: unknown; readonly expr?: SyntaxNode }[];
  readonly predicate?: readonly { readonly expr?: SyntaxNode }[];
  readonly group?: { readonly lhs: readonly (readonly [SyntaxNode, SyntaxNode])[] };
  readonly terms?: readonly { readonly expression: SyntaxNode }[];
  readonly pattern?: SyntaxNode;
  readonly update?: SyntaxNode;
  readonly delete?: SyntaxNode;
}

type Pairs = readonly (readonly [SyntaxNode, SyntaxNode])[];
const isPairs = (lhs: SyntaxNode["lhs"]): lhs is Pairs => Array.isArray(lhs);

export interface Child {
  readonly node: SyntaxNode;
  /** The child sees the same context (`$`) as its parent; otherwise an item of it. */
  readonly sameContext: boolean;
  /** The child's result becomes a member of an object. */
  readonly isMember?: boolean;
  /** The child is a key that items are ordered by. */
  readonly isSortKey?: boolean;
}

function pairsOf(pairs: Pairs, sameContext: boolean): Child[] {
  return pairs.flatMap(([key, value]) => [
    { node: key, sameContext },
    { node: value, sameContext, isMember: true },
  ]);
}

/** The nodes directly below one, with the context that each of them is evaluated in. */
export function childrenOf(node: SyntaxNode): Child[] {
  const children: Child[] = [];
  const add = (child: SyntaxNode | undefined, sameContext: boolean) => {
    if (child !== undefined) children.push({ node: child, sameContext });
  };
  node.steps?.forEach((step, index) => {
    add(step, index === 0);
  });
  for (const child of node.expressions ?? []) add(child, true);
  for (const child of node.arguments ?? []) add(child, true);
  for (const child of [node.expression, node.procedure, node.body, node.condition, node.then, node.else, node.rhs])
    add(child, true);
  if (isPairs(node.lhs)) children.push(...pairsOf(node.lhs, true));
  else add(node.lhs, true);
  if (node.group) children.push(...pairsOf(node.group.lhs, false));
  for (const stage of [...(node.stages ?? []), ...(node.predicate ?? [])]) add(stage.expr, false);
  for (const term of node.terms ?? []) children.push({ node: term.expression, sameContext: false, isSortKey: true });
  for (const child of [node.pattern, node.update, node.delete]) add(child, false);
  return children;
}

/** Names of the variables that a node binds: `:=`, parameters, `@` and `#`. */
export function boundBy(node: SyntaxNode): string[] {
  const parameters = node.type === "lambda" ? (node.arguments ?? []) : [];
  const target = node.type === "bind" && !isPairs(node.lhs) ? [node.lhs] : [];
  const indexes = (node.stages ?? []).filter(({ type }) => type === "index");
  return [...parameters, ...target, ...indexes]
    .map((bound) => bound?.value)
    .concat(node.focus, node.index)
    .filter((name) => typeof name === "string");
}
