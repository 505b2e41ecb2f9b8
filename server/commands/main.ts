// What `npm run agentflow` does. Exit codes: 0 all well, 1 a test failed, 2 it could not be done.
import { toAppError } from "#src/errors.ts";
import { runTestsOf } from "./test.ts";

const usage = `npm run agentflow -- test <workflow id or file>
  id     the test cases of a workflow in this server's database (stop a server that has the embedded one open)
  file   a workflow with its test cases, as the Tests page or GET /api/workflows/{id}/tests/export gives it`;

const print = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const [command, target, ...more] = process.argv.slice(2);
  if (command === "help" || command === "--help" || command === "-h") print(usage);
  else if (command !== "test" || target === undefined || more.length > 0) {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
  } else process.exitCode = (await runTestsOf(target, print)) ? 0 : 1;
} catch (error) {
  const known = toAppError(error, "bad_request", error instanceof Error ? error.message : String(error));
  process.stderr.write(`agentflow: ${known.message}\n`);
  process.exitCode = 2;
}
