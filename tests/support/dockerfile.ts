export interface Instruction {
  readonly name: string;
  readonly value: string;
}
export interface Stage {
  readonly base: string;
  readonly alias: string | null;
  readonly instructions: readonly Instruction[];
}

/** Reads the part of the Dockerfile language that ours uses; anything else throws, so that the test grows with the file. */
export function parseDockerfile(text: string): Stage[] {
  const known = [
    "FROM",
    "WORKDIR",
    "COPY",
    "RUN",
    "ENV",
    "USER",
    "EXPOSE",
    "VOLUME",
    "HEALTHCHECK",
    "STOPSIGNAL",
    "CMD",
  ];
  const stages: { base: string; alias: string | null; instructions: Instruction[] }[] = [];
  const joined = text.replace(/\\\n/g, " ");
  for (const line of joined.split("\n").map((l) => l.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const [, name = "", value = ""] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (!known.includes(name)) throw new Error(`Not understood: ${line}`);
    if (name === "FROM") {
      const [base = "", as, alias] = value.split(/\s+/);
      stages.push({ base, alias: as?.toUpperCase() === "AS" ? (alias ?? null) : null, instructions: [] });
    } else stages.at(-1)?.instructions.push({ name, value });
  }
  return stages;
}

export interface Copy {
  readonly from: string | null;
  readonly sources: readonly string[];
  readonly target: string;
}

export function parseCopy(value: string): Copy {
  const words = value.split(/\s+/);
  const flags = words.filter((w) => w.startsWith("--"));
  const paths = words.filter((w) => !w.startsWith("--"));
  const from = flags.find((f) => f.startsWith("--from="))?.slice("--from=".length) ?? null;
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? "" };
}
