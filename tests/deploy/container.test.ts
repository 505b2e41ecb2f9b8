// No container engine runs where these tests run: the Dockerfile's own commands are run in order, each stage in a clean folder.
import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { root } from "#tests/support/architecture/sources.ts";
import { type Copy, parseCopy, parseDockerfile, type Stage } from "#tests/support/dockerfile.ts";
import { freePort } from "#tests/support/services/freePort.mjs";

const stages = parseDockerfile(readFileSync(join(root, "Dockerfile"), "utf8"));
const clean = mkdtempSync(join(tmpdir(), "agentflow-image-"));
afterAll(() => rmSync(clean, { recursive: true, force: true }), 120_000);

const build = stages[0] as Stage;
const runtime = stages.at(-1) as Stage;
const settingOf = (stage: Stage, name: string) => stage.instructions.filter((i) => i.name === name).map((i) => i.value);
const fileSystem = (stage: Stage) => join(clean, stage.alias ?? "runtime");

/** What `COPY . .` would send: what git knows, less .dockerignore. */
function context(): string[] {
  const ignored = readFileSync(join(root, ".dockerignore"), "utf8").split("\n").filter(Boolean);
  const listed = Bun.spawnSync(["git", "ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root });
  const files = listed.stdout.toString().split("\n").filter(Boolean);
  return files.filter((f) => existsSync(join(root, f)) && !ignored.some((i) => f === i || f.startsWith(`${i}/`)));
}

function copy(stage: Stage, workdir: string, { from, sources, target }: Copy): void {
  const to = target.startsWith("/") ? join(fileSystem(stage), target) : join(fileSystem(stage), workdir, target);
  if (from === null && sources.length === 1 && sources[0] === ".") {
    for (const file of context()) cpSync(join(root, file), join(to, file));
    return;
  }
  for (const source of sources) {
    const origin =
      from === null ? join(root, source) : join(fileSystem(stages.find((s) => s.alias === from) as Stage), source);
    const intoFolder = target.endsWith("/") && !statSync(origin).isDirectory();
    const place = intoFolder ? join(to, basename(source)) : to;
    mkdirSync(dirname(place), { recursive: true });
    cpSync(origin, place, { recursive: true, verbatimSymlinks: true });
  }
}

async function perform(stage: Stage): Promise<string> {
  let workdir = "/";
  for (const { name, value } of stage.instructions) {
    if (name === "WORKDIR") {
      workdir = value;
      mkdirSync(join(fileSystem(stage), workdir), { recursive: true });
    } else if (name === "COPY") copy(stage, workdir, parseCopy(value));
    else if (name === "RUN") {
      const child = Bun.spawn(["sh", "-c", value], {
        cwd: join(fileSystem(stage), workdir),
        stdout: "pipe",
        stderr: "pipe",
      });
      const [code, errors] = await Promise.all([
        child.exited,
        new Response(child.stderr).text(),
        new Response(child.stdout).text(),
      ]);
      if (code !== 0) throw new Error(`RUN ${value} ended with ${code}: ${errors}`);
    }
  }
  return join(fileSystem(stage), workdir);
}

async function answersHealthy(port: number): Promise<boolean> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok) return true;
    await Bun.sleep(100);
  }
  return false;
}

test("the image runs as an unprivileged account, with one port, one volume, a health check and pinned bases", () => {
  expect(settingOf(runtime, "USER")).toEqual(["10001:10001"]);
  expect(settingOf(runtime, "EXPOSE")).toEqual(["3000"]);
  expect(settingOf(runtime, "VOLUME")).toEqual(["/data"]);
  expect(settingOf(runtime, "HEALTHCHECK")).toHaveLength(1);
  for (const { base } of stages) expect(base).toMatch(/^[a-z/]+:[\w.-]+-slim$/);
});

test("the Dockerfile's build commands, then its start command, give a healthy server without development packages", async () => {
  await perform(build);
  const workdir = await perform(runtime);
  expect(existsSync(join(workdir, "node_modules", "vite"))).toBe(false);
  expect(existsSync(join(workdir, "tests"))).toBe(false);

  const port = await freePort();
  const pairs = settingOf(runtime, "ENV").flatMap((v) =>
    v.split(/\s+/).map((pair) => pair.split("=") as [string, string]),
  );
  const env = {
    ...Object.fromEntries(pairs),
    PATH: process.env.PATH ?? "",
    PORT: String(port),
    HOST: "127.0.0.1",
    AGENTFLOW_FOLDER: join(fileSystem(runtime), "data"),
  };
  const command = JSON.parse(settingOf(runtime, "CMD")[0] ?? "[]") as string[];
  const health = JSON.parse((settingOf(runtime, "HEALTHCHECK")[0] ?? "").replace(/^.*CMD /, "")) as string[];
  const server = Bun.spawn(command, { cwd: workdir, env, stdout: "pipe", stderr: "pipe" });
  try {
    expect(await answersHealthy(port)).toBe(true);
    expect(await Bun.spawn(health, { cwd: workdir, env }).exited).toBe(0);
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect(await page.text()).toContain("<div id=");
  } finally {
    server.kill("SIGTERM");
  }
  expect(await server.exited).toBe(0);
  expect(await Bun.spawn(health, { cwd: workdir, env }).exited).toBe(1);
}, 600_000);
