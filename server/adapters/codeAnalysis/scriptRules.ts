import type { Linter } from "eslint";
import type { Finding } from "#src/agents/codeAnalysis.ts";
import { coreRules } from "./coreRules.ts";

export type ScriptLanguage = "javascript" | "typescript";

const words = (text: string): string[] => text.trim().split(/\s+/);

/**
 * Off: covered by a rule of the same purpose, a matter of taste, in need of types that one file alone does not have, or too slow (identical
 * functions: 20 s for 3,000 of them).
 */
const sonarOff = new Set(
  words(`no-fallthrough no-delete-var no-control-regex no-regex-spaces no-misleading-character-class no-invalid-regexp
    no-empty-character-class no-useless-catch unused-import deprecation no-implicit-global no-hardcoded-passwords no-hardcoded-secrets
    prefer-regexp-exec prefer-read-only-props function-return-type no-identical-functions`),
);
/** Off: rules for one library or for tests, a quarter of the time for what one file seldom shows. */
const sonarNiche =
  /^aws-|test|assert|cypress|vue|jquery|lodash|axios|snapshot|suite|after-done|disabled-timeout|blockchain/;
const sonarOn = words(
  "os-command confidential-information-logging no-mixed-content no-intrusive-permissions no-collapsible-if",
);
/** Without object injection (every `a[b]` is one), Buffers of Node 4, and what SonarJS finds more exactly. */
const securityOn =
  words(`detect-unsafe-regex detect-non-literal-regexp detect-non-literal-require detect-non-literal-fs-filename
  detect-pseudoRandomBytes detect-possible-timing-attacks detect-no-csrf-before-method-override detect-child-process
  detect-disable-mustache-escape detect-bidi-characters detect-invisible-characters`);

/** The rules for one language; `recommended` is SonarJS's own choice. */
export function scriptRules(
  language: ScriptLanguage,
  recommended: Readonly<Record<string, Linter.RuleEntry | undefined>> | undefined,
): Linter.RulesRecord {
  const rules: Linter.RulesRecord = {};
  for (const [rule, { options = [], javascriptOnly }] of Object.entries(coreRules))
    if (language === "javascript" || !javascriptOnly) rules[rule] = ["error", ...options];
  for (const [rule, level] of Object.entries(recommended ?? {})) {
    const name = rule.replace("sonarjs/", "");
    if (level !== undefined && level !== "off" && !sonarOff.has(name) && !sonarNiche.test(name)) rules[rule] = level;
  }
  for (const rule of sonarOn) rules[`sonarjs/${rule}`] = "error";
  // In TypeScript ESLint's rule takes types for unused variables; SonarJS's does not.
  if (language === "javascript") delete rules["sonarjs/no-unused-vars"];
  rules["agentflow/hardcoded-secret"] = "error";
  for (const rule of securityOn) rules[`security/${rule}`] = "error";
  return rules;
}

const sonarSecurity = new Set(
  words(`code-eval no-hardcoded-ip hardcoded-secret-signatures sql-queries insecure-cookie cookie-no-httponly pseudo-random file-uploads
    file-permissions xml-parser-xxe post-message weak-ssl no-weak-keys no-weak-cipher csrf production-debug hashing
    unverified-certificate cors link-with-target-blank disabled-auto-escaping no-clear-text-protocols publicly-writable-directories
    unverified-hostname encryption-secure-mode insecure-jwt-token x-powered-by content-length os-command disabled-resource-integrity
    content-security-policy no-mime-sniff no-referrer-policy strict-transport-security slow-regex super-linear-regex
    session-regeneration no-os-command-from-path no-angular-bypass-sanitization dompurify-unsafe-config
    no-session-cookies-on-static-assets no-mixed-content dynamically-constructed-templates confidential-information-logging
    no-intrusive-permissions`),
);
const sonarComplexity = new Set(
  words(`cognitive-complexity no-nested-functions no-nested-conditional no-nested-template-literals max-switch-cases regex-complexity
    no-collapsible-if`),
);
/** Holes and certain mistakes; the rest of what a plugin finds is a warning or, for style, information. */
const errors = new Set(
  words(`agentflow/hardcoded-secret sonarjs/hardcoded-secret-signatures sonarjs/code-eval sonarjs/sql-queries sonarjs/os-command
    sonarjs/weak-ssl sonarjs/no-weak-keys sonarjs/no-weak-cipher sonarjs/unverified-certificate sonarjs/unverified-hostname
    sonarjs/insecure-jwt-token sonarjs/xml-parser-xxe sonarjs/disabled-auto-escaping sonarjs/dynamically-constructed-templates
    sonarjs/super-linear-regex sonarjs/slow-regex sonarjs/no-identical-conditions sonarjs/no-element-overwrite
    sonarjs/no-unthrown-error sonarjs/updated-const-var security/detect-unsafe-regex security/detect-child-process
    security/detect-bidi-characters`),
);
const infos = new Set(
  words(
    "sonarjs/todo-tag sonarjs/fixme-tag sonarjs/no-hardcoded-ip sonarjs/x-powered-by security/detect-invisible-characters",
  ),
);

const recommendations: Readonly<Record<string, string>> = {
  "security/detect-bidi-characters": "Remove the character: it makes the code look different from what it does.",
  "security/detect-child-process":
    "Use execFile or spawn with a list of arguments: a shell obeys what is hidden in the text.",
  "security/detect-disable-mustache-escape": "Leave escaping on, and mark the few values that are safe.",
  "security/detect-invisible-characters": "Remove the invisible character.",
  "security/detect-no-csrf-before-method-override":
    "Put the CSRF check after methodOverride: otherwise it can be passed by.",
  "security/detect-non-literal-fs-filename":
    "Check that the resolved path is inside the folder that is meant before the file is touched.",
  "security/detect-non-literal-regexp": "Escape what comes from outside, or search without a regular expression.",
  "security/detect-non-literal-require": "Choose from a fixed table of modules.",
  "security/detect-possible-timing-attacks": "Compare secrets with crypto.timingSafeEqual.",
  "security/detect-pseudoRandomBytes": "Use crypto.randomBytes.",
  "security/detect-unsafe-regex":
    "Rewrite the expression without a repetition inside a repetition: a short text can keep it busy for minutes.",
  "sonarjs/code-eval": "Do not run text as code. Use JSON.parse for values, or a table of allowed functions.",
  "sonarjs/cognitive-complexity": "Return early, and move nested parts into functions with names of their own.",
  "sonarjs/confidential-information-logging": "Leave secrets and personal details out of the log.",
  "sonarjs/cors": "Name the origins that may read the answers.",
  "agentflow/hardcoded-secret":
    "Take the secret from the environment or a secret store, and change it: it is known to all who read this file.",
  "sonarjs/hardcoded-secret-signatures":
    "Take the secret from the environment or a secret store, and change it: it is known to all who read this file.",
  "sonarjs/hashing": "Use SHA-256 or better; for passwords argon2id, scrypt or bcrypt.",
  "sonarjs/no-clear-text-protocols": "Use https:, wss: or another protocol that encrypts.",
  "sonarjs/no-duplicated-branches": "Join the branches, or correct the one that was copied.",
  "sonarjs/no-hardcoded-ip": "Make the address a setting.",
  "sonarjs/no-ignored-exceptions": "Handle the error or log it; do not let it vanish.",
  "sonarjs/no-identical-expressions": "Both sides are the same: correct one of them.",
  "sonarjs/no-nested-conditional": "Use if and else, or a function with early returns.",
  "sonarjs/no-os-command-from-path":
    "Give the program's full path, so that nobody can put another one first on the PATH.",
  "sonarjs/no-unused-vars": "Remove it, or use it where it was meant.",
  "sonarjs/os-command": "Use execFile or spawn with a list of arguments: a shell obeys what is hidden in the text.",
  "sonarjs/post-message": "Name the target's origin, and check the sender's.",
  "sonarjs/pseudo-random":
    "Use crypto.randomUUID or crypto.getRandomValues for anything that must not be guessed; for games and samples this is fine.",
  "sonarjs/slow-regex": "Rewrite the expression so that no two repetitions can match the same text.",
  "sonarjs/sql-queries": "Use query parameters: text put into SQL becomes SQL.",
  "sonarjs/super-linear-regex": "Rewrite the expression so that no two repetitions can match the same text.",
  "sonarjs/unverified-certificate":
    "Do not switch certificate checks off: anybody on the way can read and change the traffic.",
};

/** Of two rules that say the same about the same place the first stays. */
const echoes: readonly (readonly [stays: string, goes: string])[] = [
  ["security/detect-unsafe-regex", "sonarjs/slow-regex"],
  ["security/detect-unsafe-regex", "sonarjs/super-linear-regex"],
  ["sonarjs/slow-regex", "sonarjs/super-linear-regex"],
  ["security/detect-child-process", "sonarjs/os-command"],
  ["no-unused-vars", "sonarjs/no-dead-store"],
  ["sonarjs/no-unused-vars", "sonarjs/no-dead-store"],
  ["no-empty", "sonarjs/no-ignored-exceptions"],
];

export function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const said = new Set(findings.map(({ rule, line, column }) => `${rule}:${line}:${column}`));
  return findings.filter(
    ({ rule, line, column }) =>
      !echoes.some(([stays, goes]) => goes === rule && said.has(`${stays}:${line}:${column}`)),
  );
}

/** What a rule's author says about it. */
export interface RuleDocumentation {
  readonly type: string | undefined;
  readonly description: string | undefined;
  readonly url: string | undefined;
}

export interface RuleRating {
  readonly severity: Finding["severity"];
  readonly category: Finding["category"];
  readonly recommendation: string | undefined;
}

/** How grave a rule is, what it is about, and what to do: our words for the common ones, its author's for the others. */
export function rateScriptRule(rule: string, documentation: RuleDocumentation): RuleRating {
  const core = coreRules[rule];
  if (core) return core;
  const category = categoryOf(rule, documentation.type);
  const usual = category === "style" ? "info" : "warning";
  const severity = errors.has(rule) ? "error" : infos.has(rule) ? "info" : usual;
  return { severity, category, recommendation: recommendations[rule] ?? describe(documentation) };
}

function categoryOf(rule: string, type: string | undefined): Finding["category"] {
  const name = rule.replace(/^\w+\//, "");
  if (/^(?:security|agentflow)\//.test(rule) || sonarSecurity.has(name)) return "security";
  if (sonarComplexity.has(name)) return "complexity";
  return type === "problem" ? "bug" : "style";
}

function describe({ description, url }: RuleDocumentation): string | undefined {
  if (!description) return undefined;
  const sentence = description.replace(/\.$/, "");
  return url ? `${sentence}. More: ${url}` : `${sentence}.`;
}
