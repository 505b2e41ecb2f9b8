// npm test: everything the tests need, then all of them. `npm test -- unit contract` runs only the named groups.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bun, ensureBuilt, ensureInstalled, root } from "../server/launch/prepare.mjs";
import { startServices } from "./support/services/services.mjs";

/** In order of cost; groups of one lane run one after another, the two lanes side by side. */
const lanes = [
  ["check", "unit", "contract", "collab", "faults"],
  ["integration", "security", "regression"],
  ["e2e", "deploy"],
];
const folders = {
  unit: ["tests/unit", "tests/replay", "tests/types", "tests/architecture.test.ts", "tests/documents.test.ts"],
  faults: ["tests/faults/short"],
  deploy: ["tests/deploy"],
};
const needs = {
  contract: ["PostgreSQL", "Redis"],
  integration: ["PostgreSQL", "Redis"],
  security: ["PostgreSQL"],
  collab: ["PostgreSQL"],
  regression: ["PostgreSQL"],
  faults: ["PostgreSQL", "Redis"],
  e2e: ["Chromium"],
};
const groupTimeoutMs = 15 * 60_000;

const running = new Set();
const killGroup = (child) => {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
};

const execute = (command, args, env) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: what takes too long is ended with all that it started.
      detached: true,
    });
    const output = [];
    child.stdout.on("data", (part) => output.push(part));
    child.stderr.on("data", (part) => output.push(part));
    running.add(child);
    const timer = setTimeout(() => killGroup(child), groupTimeoutMs);
    child.once("exit", (code) => {
      running.delete(child);
      clearTimeout(timer);
      resolve({ code, text: Buffer.concat(output).toString() });
    });
  });

const attribute = (xml, name) => Number(new RegExp(`<testsuites[^>]*\\b${name}="(\\d+)"`).exec(xml)?.[1] ?? 0);

/** Runs the house checks: each is one test. */
async function check(env) {
  const results = [];
  for (const [name, args] of [
    ["lint and format", [join(root, "node_modules/.bin/biome"), "check", "."]],
    ["types", [join(root, "tests/support/typecheck.mjs")]],
  ]) {
    const { code, text } = await execute(process.execPath, args, env);
    results.push({
      passed: code === 0 ? 1 : 0,
      failed: code === 0 ? 0 : 1,
      skipped: 0,
      text: code === 0 ? `${name}: ok\n` : text,
    });
  }
  return results.reduce((a, b) => ({
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: 0,
    text: a.text + b.text,
  }));
}

async function bunTests(group, paths, env) {
  const folder = mkdtempSync(join(tmpdir(), "agentflow-junit-"));
  const outfile = join(folder, "junit.xml");
  const args = [
    "test",
    "--timeout",
    "60000",
    "--reporter=junit",
    `--reporter-outfile=${outfile}`,
    ...paths.map((path) => `./${path}`),
  ];
  const { code, text } = await execute(bun, args, env);
  const xml = existsSync(outfile) ? readFileSync(outfile, "utf8") : "";
  rmSync(folder, { recursive: true, force: true });
  const total = attribute(xml, "tests");
  const skipped = attribute(xml, "skipped");
  // A file that does not load, or a runner that dies, fails without a failing test.
  const failed = Math.max(attribute(xml, "failures"), code === 0 ? 0 : 1);
  return {
    passed: Math.max(0, total - attribute(xml, "failures") - skipped),
    failed,
    skipped,
    text: failed > 0 ? text : "",
    group,
  };
}

async function runGroup(group, services) {
  const paths = folders[group] ?? [`tests/${group}`];
  const absent = group === "check" ? [] : paths.filter((path) => !existsSync(join(root, path)));
  if (absent.length > 0) {
    console.log(`${group}: ${absent.join(", ")} is not there`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const lacking = (needs[group] ?? []).filter((service) => services.missing.includes(service));
  if (lacking.length > 0) {
    console.log(`${group}: not run, ${lacking.join(" and ")} missing`);
    return { passed: 0, failed: process.env.CI ? 1 : 0, skipped: 1 };
  }
  const begun = Date.now();
  const result = group === "check" ? await check(services.env) : await bunTests(group, paths, services.env);
  if (result.text) console.log(result.text);
  console.log(
    `${group}: ${result.passed} passed, ${result.failed} failed, ${((Date.now() - begun) / 1000).toFixed(0)} s`,
  );
  return result;
}

ensureInstalled();
ensureBuilt();
const wanted = process.argv.slice(2);
const services = await startServices();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    for (const child of running) killGroup(child);
    await services.stop();
    process.exit(1);
  });
}
const results = [];
const runLane = async (lane) => {
  for (const group of lane)
    if (wanted.length === 0 || wanted.includes(group)) results.push(await runGroup(group, services));
};
try {
  await Promise.all([runLane(lanes[0]), runLane(lanes[1])]);
  // Browsers alone: they want both cores.
  await runLane(lanes[2]);
} finally {
  await services.stop();
}
const sum = (field) => results.reduce((total, result) => total + (result?.[field] ?? 0), 0);
const skipped = sum("skipped");
const failed = sum("failed") + (process.env.CI ? skipped : 0);
console.log(`${sum("passed")} passed, ${failed} failed${skipped > 0 && !process.env.CI ? `, ${skipped} skipped` : ""}`);
process.exit(failed > 0 || sum("passed") === 0 ? 1 : 0);
