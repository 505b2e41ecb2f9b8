import { rateOfMany } from "../support/manyAtOnce.ts";
import { fixed, type Measure } from "../support/measurement.ts";

const concurrent = 1_000;
const steps = 10;
const rounds = 5;
const limitPerSecond = 2_500;

/** Many executions at once on the real store: what the group commit is for. */
export const manyExecutions: Measure = {
  name: "manyExecutions",
  needs: ["postgres"],
  async run() {
    const rate = await rateOfMany({ executions: concurrent, steps, rounds });
    return [
      {
        what: `${concurrent} concurrent executions of ${steps} steps, durable on PostgreSQL (median of ${rounds} rounds)`,
        value: `${fixed(rate, 0)}/s (${fixed(rate * steps, 0)} durable steps/s)`,
        against: "the limit",
        ratio: fixed(rate / limitPerSecond, 2),
        limit: `at least ${limitPerSecond}/s`,
        holds: rate >= limitPerSecond,
      },
    ];
  },
};
