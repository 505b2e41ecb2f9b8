import type { Finding } from "#src/agents/codeAnalysis.ts";

export interface CoreRule {
  readonly severity: Finding["severity"];
  readonly category: Finding["category"];
  readonly recommendation: string;
  /** Settings after the severity. */
  readonly options?: readonly unknown[];
  /** TypeScript's compiler sees it better, or its syntax confuses the rule. */
  readonly javascriptOnly?: true;
}

const bug = (recommendation: string, severity: Finding["severity"] = "error"): CoreRule => ({
  severity,
  category: "bug",
  recommendation,
});
const style = (recommendation: string): CoreRule => ({ severity: "info", category: "style", recommendation });

/** ESLint's own rules that are switched on. */
export const coreRules: Readonly<Record<string, CoreRule>> = {
  "array-callback-return": bug("Return a value in every branch of the callback, or use forEach.", "warning"),
  complexity: {
    severity: "warning",
    category: "complexity",
    recommendation: "Split the function: give each branch that does something of its own a function with a name.",
    options: [{ max: 0 }],
  },
  "constructor-super": bug("Call super() in the constructor of a class that extends another, and only there."),
  "default-case-last": style("Put the default case last."),
  eqeqeq: {
    ...bug("Use === and !==, which do not convert types.", "warning"),
    options: ["always", { null: "ignore" }],
  },
  "for-direction": bug("Let the counter move towards the limit: this loop does not end."),
  "getter-return": { ...bug("Return a value in every branch of the getter."), javascriptOnly: true },
  "max-depth": {
    severity: "info",
    category: "complexity",
    recommendation: "Return early or move the inner blocks into a function.",
    options: [5],
  },
  "max-params": {
    severity: "info",
    category: "complexity",
    recommendation: "Pass one object with named fields.",
    options: [6],
  },
  "no-async-promise-executor": bug("Take `async` away from the executor: what it throws is lost."),
  "no-class-assign": bug("Do not assign to the name of a class."),
  "no-compare-neg-zero": bug("Compare with Object.is(x, -0)."),
  "no-cond-assign": bug("Write === for a comparison, or put the assignment before the condition."),
  "no-const-assign": bug("Declare it with let, or do not assign again."),
  "no-constant-binary-expression": bug(
    "The result is always the same: look for a wrong operator or missing parentheses.",
  ),
  "no-constant-condition": {
    ...bug("The condition never changes: remove it or correct it.", "warning"),
    options: [{ checkLoops: false }],
  },
  "no-control-regex": bug(
    "Remove the control character from the regular expression or write why it is there.",
    "warning",
  ),
  "no-debugger": bug("Remove the debugger statement.", "warning"),
  "no-dupe-args": { ...bug("Give each parameter a name of its own."), javascriptOnly: true },
  "no-dupe-class-members": { ...bug("Remove one of the two members: the last one wins."), javascriptOnly: true },
  "no-dupe-else-if": bug("This branch can never run: an earlier one has the same condition."),
  "no-dupe-keys": bug("Remove one of the two keys: the last one wins."),
  "no-duplicate-case": bug("Remove one of the two cases: the first one wins."),
  "no-empty": bug("Handle the case here, or say in a comment why nothing is to be done.", "warning"),
  "no-empty-character-class": bug("[] matches nothing: fill the class or remove it."),
  "no-empty-pattern": bug("The pattern takes nothing out: name what you need.", "warning"),
  "no-ex-assign": bug("Use another variable: the caught error is lost."),
  "no-fallthrough": bug(
    "End the case with break or return, or say in a comment that falling through is meant.",
    "warning",
  ),
  "no-func-assign": bug("Do not assign to the name of a function."),
  "no-global-assign": bug("Do not assign to a global: everything else uses it too."),
  "no-implied-eval": { ...bug("Pass a function, not text that is run as code."), category: "security" },
  "no-import-assign": bug("An import cannot be assigned to: copy it into a variable."),
  "no-invalid-regexp": bug("Correct the regular expression: making it throws."),
  "no-irregular-whitespace": bug("Replace the irregular space by a plain one.", "warning"),
  "no-loop-func": bug(
    "Declare the variable inside the loop with const or let: the function sees its last value.",
    "warning",
  ),
  "no-loss-of-precision": bug("The number has more digits than a number can hold: use text or BigInt."),
  "no-misleading-character-class": bug("Add the u or v flag: the class takes characters apart.", "warning"),
  "no-new-native-nonconstructor": bug("Call it without new."),
  "no-obj-calls": bug("This object is not a function: use its members."),
  "no-promise-executor-return": bug("The executor's return value is ignored: call resolve with it.", "warning"),
  "no-proto": { ...bug("Use Object.getPrototypeOf and Object.setPrototypeOf.", "warning"), category: "security" },
  "no-prototype-builtins": bug("Use Object.hasOwn(object, key).", "warning"),
  "no-redeclare": { ...bug("Declare each name once.", "warning"), javascriptOnly: true },
  "no-regex-spaces": style("Write the number of spaces: / {3}/."),
  "no-script-url": { ...bug("Do not run code from a javascript: address.", "warning"), category: "security" },
  "no-self-assign": bug("The assignment does nothing: look for a wrong name."),
  "no-self-compare": bug("The comparison is always the same: look for a wrong name, or use Number.isNaN."),
  "no-setter-return": bug("A setter's return value is ignored."),
  "no-shadow-restricted-names": bug("Choose another name: this one belongs to the language."),
  "no-sparse-arrays": bug("Remove the extra comma, or write undefined.", "warning"),
  "no-this-before-super": bug("Call super() before this is used."),
  "no-throw-literal": bug("Throw an Error: only it has a stack.", "warning"),
  "no-unexpected-multiline": { ...bug("Put a semicolon at the end of the line before."), javascriptOnly: true },
  "no-unmodified-loop-condition": bug("Nothing in the loop changes its condition: it may never end.", "warning"),
  "no-unreachable": bug("Remove the code: nothing reaches it.", "warning"),
  "no-unreachable-loop": bug("The loop ends in its first turn: use if, or correct the exit.", "warning"),
  "no-unsafe-finally": bug("Do not leave a finally block by return, throw, break or continue: it swallows errors."),
  "no-unsafe-negation": bug("Put parentheses around the whole: !(key in object)."),
  "no-unsafe-optional-chaining": bug("The value can be undefined here, and then this throws."),
  "no-unused-labels": style("Remove the label."),
  "no-unused-private-class-members": bug("Remove the member or use it.", "warning"),
  "no-unused-vars": {
    ...bug("Remove it, or use it where it was meant.", "warning"),
    options: [{ args: "after-used", ignoreRestSiblings: true, argsIgnorePattern: "^_", caughtErrors: "none" }],
    javascriptOnly: true,
  },
  "no-useless-backreference": bug("The back reference always matches nothing: correct the group.", "warning"),
  "no-useless-catch": style("Remove the try: the catch only throws again."),
  "no-useless-escape": style("Remove the backslash."),
  "no-var": style("Use const or let: var is visible outside its block."),
  "no-with": { ...bug("Do not use with: names mean different things from run to run."), javascriptOnly: true },
  "prefer-const": style("Use const: the variable is never assigned again."),
  radix: style("Say which base is meant: parseInt(text, 10)."),
  "require-yield": bug("A generator without yield gives nothing: take the star away or yield.", "warning"),
  "use-isnan": bug("Use Number.isNaN(x): nothing is equal to NaN."),
  "valid-typeof": bug('Compare typeof with one of its own words: "string", "undefined", …'),
};
