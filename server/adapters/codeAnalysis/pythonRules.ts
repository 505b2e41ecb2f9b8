import type { Finding } from "#src/agents/codeAnalysis.ts";

/** Chosen for what tells a reader something: security, bugs, complexity, dated syntax. Formatting belongs to a formatter. */
const words = (text: string): string[] => text.trim().split(/\s+/);
const select =
  words(`F E4 E7 E9 W B S C90 UP C4 SIM RET PLE PLW PLR0911 PLR0912 PLR0913 PLR0915 A ASYNC BLE DTZ PERF PIE LOG G T10
  YTT FLY FURB RUF TRY002 TRY201 TRY203 N80 E501`);

export const pythonSettings = {
  "line-length": 120,
  "target-version": "py313",
  preview: false,
  lint: {
    select,
    // RUF100 judges the very comments that are taken away before; PLW2901 and SIM108 are matters of taste.
    ignore: ["RUF100", "PLW2901", "SIM108", "UP009"],
    mccabe: { "max-complexity": 0 },
  },
} as const;

/** Rules whose hit is a hole or a crash, not a suspicion. */
const errors = new Set(
  words(`S102 S105 S106 S107 S201 S202 S301 S302 S307 S323 S324 S501 S502 S503 S504 S505 S506 S507 S508 S509 S602 S604 S605 S608 S609
    S611 S612 S701 S702 F601 F621 F622 F631 F632 F633 F701 F702 F704 F706 F707 F811 F821 F822 F823 B012 B035`),
);
const infos = new Set(words("S101 S311 S404 S603 S607 F541 E741 E401 E402"));
/** Severity and category of the other rules, by the longest prefix that fits. */
const groups: readonly (readonly [prefix: string, Finding["severity"], Finding["category"]])[] = [
  ["S4", "info", "security"],
  ["S", "warning", "security"],
  ["PLE25", "error", "security"],
  ["C90", "warning", "complexity"],
  ["PLR09", "info", "complexity"],
  ["F", "warning", "bug"],
  ["B", "warning", "bug"],
  ["BLE", "warning", "bug"],
  ["E70", "info", "style"],
  ["E9", "error", "bug"],
  ["E7", "warning", "bug"],
  ["PLE", "error", "bug"],
  ["PLW", "warning", "bug"],
  ["A", "info", "style"],
  ["ASYNC", "warning", "bug"],
  ["DTZ", "warning", "bug"],
  ["LOG", "warning", "bug"],
  ["T10", "warning", "bug"],
  ["YTT", "warning", "bug"],
  ["W605", "warning", "bug"],
  ["RUF00", "warning", "bug"],
  ["RUF005", "info", "style"],
  ["", "info", "style"],
];

const recommendations: Readonly<Record<string, string>> = {
  C901: "Split the function: give each branch that does something of its own a function with a name.",
  B904: "Raise with `from error` (or `from None`), so that the first cause stays in the traceback.",
  BLE001: "Catch the exceptions that you expect and let the others through.",
  E501: "Break the line.",
  E701: "Put each statement on a line of its own.",
  E702: "Put each statement on a line of its own.",
  E722: "Name the exception: `except ValueError:`. A bare except also catches KeyboardInterrupt and SystemExit.",
  E741: "Choose a name that cannot be mistaken for 1 or 0.",
  F811: "Remove or rename one of the two definitions: the first is never used.",
  F821: "Define or import the name before it is used.",
  PLR0911: "Bring the returns together, or split the function.",
  PLR0912: "Split the function: it has too many branches to follow.",
  PLR0913: "Group arguments that belong together into one object.",
  PLR0915: "Split the function: it does too much.",
  S101: "Raise an exception instead: `python -O` leaves assertions out. In tests this is fine.",
  S102: "Do not run text as code. Call the function you mean, or look it up in a table of allowed ones.",
  S103: "Give the file no more rights than its owner needs: 0o600, or 0o644 when all may read.",
  S104: "Bind to the address that should be reached, for example 127.0.0.1, or make it a setting.",
  S105: "Take the secret from the environment or a secret store, and change it: it is known to all who read this file.",
  S106: "Take the secret from the environment or a secret store, and change it: it is known to all who read this file.",
  S107: "Do not give a secret as a default value: require it, or read it from the environment.",
  S108: "Use the tempfile module: a fixed name in /tmp can be made by somebody else first.",
  S110: "Handle the exception or log it; to ignore it on purpose, catch the one that you mean.",
  S112: "Log the exception before going on: it hides why an item was left out.",
  S113: "Give the request a timeout, for example `timeout=10`.",
  S201: "Never switch the debugger on in production: it runs code for whoever reaches it.",
  S202: 'Check each member\'s path before extraction, or use `filter="data"`.',
  S301: "Do not unpickle what others can write: it runs their code. Use JSON or another format of plain values.",
  S307: "Use `ast.literal_eval` for literals, `json.loads` for JSON, or a table of allowed operations.",
  S310: "Check that the URL begins with https:// before it is opened: `file:` is opened too.",
  S311: "Use the `secrets` module for anything that must not be guessed; for games and samples this is fine.",
  S324: "Use SHA-256 or better; for a checksum that protects nothing pass `usedforsecurity=False`.",
  S501: "Do not switch certificate checks off: anybody on the way can read and change the traffic.",
  S506: "Use `yaml.safe_load`: `yaml.load` can make any object, and so run code.",
  S602: "Pass a list of arguments and leave `shell=True` out.",
  S603: "See that no argument comes unchecked from outside.",
  S605: "Use `subprocess.run` with a list of arguments: a shell obeys what is hidden in the text.",
  S607: "Give the program's full path, so that nobody can put another one first on the PATH.",
  S608: 'Use query parameters: `cursor.execute("… where id = %s", (value,))`. Text put into SQL becomes SQL.',
  S701: "Switch autoescape on: `Environment(autoescape=True)`.",
};

export interface RuleRating {
  readonly severity: Finding["severity"];
  readonly category: Finding["category"];
  readonly recommendation: string | undefined;
}

/** How grave a Ruff rule is, what it is about, and what to do where Ruff's own words do not say it. */
export function rateRuffRule(code: string): RuleRating {
  const [, groupSeverity, category] = groups
    .filter(([prefix]) => fits(code, prefix))
    .reduce((best, each) => (each[0].length > best[0].length ? each : best));
  const severity = errors.has(code) ? "error" : infos.has(code) ? "info" : groupSeverity;
  return { severity, category, recommendation: recommendations[code] };
}

/** `S` is the family of S105, not of SIM105: after a prefix of letters only, digits follow. */
function fits(code: string, prefix: string): boolean {
  return code.startsWith(prefix) && (prefix === "" || /\d$/.test(prefix) || /^\d/.test(code.slice(prefix.length)));
}
