import type { Database } from "#db/client.ts";
import { engineRows, engineStatement, type Parameter } from "#db/engine.ts";
import { isConnectionLoss, isWithoutAnswer, sqlState, toDatabaseError } from "#db/errors.ts";
import { createExecution, createWithPayloads } from "#db/statements/createExecution.ts";
import { createMany } from "#db/statements/createMany.ts";
import { isCreated } from "#db/statements/isCreated.ts";
import type { NewExecution } from "#src/engine/ports.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { createBatches } from "./batches.ts";
import {
  executionColumns,
  lines,
  manyRowLists,
  rowLists,
  toJsonb,
  toJsonbValue,
  type Written,
  written,
} from "./parameters.ts";
import { payloadLists } from "./payloads.ts";
import { hasUsed, type Projection, project } from "./projection.ts";

/** Where an execution stands among those that wait, and what holds it back. */
export interface Placing {
  /** Among those of its workspace: the highest first. */
  readonly priority: number;
  /** How many of its workflow may run at once; null: any number. */
  readonly concurrencyLimit: number | null;
  /** Its place among those, when it starts at once. */
  readonly slot: number | null;
  /** How many of its workflow may begin in a minute; null: any number. Then it has a concurrency limit, too, and never starts at once. */
  readonly startsPerMinute: number | null;
}

export interface PlacedExecution extends NewExecution {
  /** Priority 0 and no limit when absent. */
  readonly placing?: Placing;
}

export interface Creation {
  readonly execution: PlacedExecution;
  readonly events: readonly ExecutionEvent[];
  readonly worker: string | null;
}

interface Prepared extends Creation {
  readonly projection: Projection;
  readonly written: Written;
}

interface Entry extends Prepared {
  resolve(): void;
  reject(error: unknown): void;
}

const unlimited: Placing = { priority: 0, concurrencyLimit: null, slot: null, startsPerMinute: null };

/** Creates executions, those of the same moment in one commit. Resolves when it is durable. Throws AppError `conflict` for an id that exists. */
export function createCreations(db: Database): (creation: Creation) => Promise<void> {
  const batches = createBatches<Entry>({
    flush: (batch) => flush(db, batch),
    eventsOf: ({ events }) => events.length,
  });
  return (creation) => {
    const projection = project(creation.events);
    if (projection.created === null || creation.events[0]?.seq !== 1) {
      const message = "The first event of an execution is execution_created, number 1.";
      return Promise.reject(new AppError("conflict", message));
    }
    if (hasUsed(projection) || projection.waits.length > 0 || projection.status === "waiting") {
      const message = "What has used models, or waits, is not made but goes on.";
      return Promise.reject(new AppError("internal", message));
    }
    const prepared = { ...creation, projection, written: written(creation.events, projection) };
    const isAlone =
      projection.recoveries > 0 ||
      (creation.execution.placing?.slot ?? null) !== null ||
      prepared.written.payloads.length > 0;
    if (isAlone) return createOne(db, prepared);
    return new Promise((resolve, reject) => batches.add({ ...prepared, resolve, reject }));
  };
}

async function flush(db: Database, batch: readonly Entry[]): Promise<void> {
  let mayBeThere = false;
  if (batch.length > 1) {
    try {
      await engineStatement(db, createMany, manyParameters(batch));
      for (const entry of batch) entry.resolve();
      return;
    } catch (error) {
      if (isConnectionLoss(error) && isWithoutAnswer(error)) {
        for (const entry of batch) entry.reject(toDatabaseError(error));
        return;
      }
      // Something in one of them broke the statement for all, or the answer was lost: each is sent for itself.
      mayBeThere = isConnectionLoss(error);
    }
  }
  await Promise.all(batch.map((entry) => createOne(db, entry, mayBeThere).then(entry.resolve, entry.reject)));
}

/** `mayBeThere`: it was sent before, and nobody knows whether it was committed. */
async function createOne(db: Database, creation: Prepared, mayBeThere = false): Promise<void> {
  try {
    const { payloads } = creation.written;
    if (payloads.length === 0) await engineStatement(db, createExecution, oneParameters(creation));
    else await engineStatement(db, createWithPayloads, [...oneParameters(creation), ...payloadLists(payloads)]);
  } catch (error) {
    if (mayBeThere && sqlState(error) === "23505" && (await isOurs(db, creation))) return;
    // The answer was lost, perhaps after the commit. Sent again it either is done now, or the row is there already.
    if (isConnectionLoss(error) && !isWithoutAnswer(error) && !mayBeThere) return createOne(db, creation, true);
    throw sqlState(error) === "23505"
      ? new AppError("conflict", "This execution exists already.", { cause: error })
      : toDatabaseError(error);
  }
}

/** Whether the row that a second sending met is that of the first. */
async function isOurs(db: Database, { execution, projection }: Prepared): Promise<boolean> {
  const { created } = projection;
  const given = [execution.id, execution.workspaceId, created?.at ?? null, toJsonbValue(created?.trigger)];
  return (await engineRows(db, isCreated, given)).length > 0;
}

function oneParameters({ execution, events, worker, projection, written: texts }: Prepared): Parameter[] {
  const { placing = unlimited } = execution;
  const { created, status } = projection;
  const [, startedAt, endedAt, output, error, recoveries, inputTokens, outputTokens] = executionColumns(
    projection,
    texts,
  );
  return [
    execution.id,
    execution.workspaceId,
    execution.workflowId,
    execution.versionId,
    status,
    toJsonbValue(created?.trigger),
    texts.input,
    output,
    error,
    worker,
    events.length,
    recoveries,
    inputTokens,
    outputTokens,
    created?.at ?? null,
    startedAt,
    endedAt,
    ...rowLists(texts.rows),
    placing.priority,
    placing.concurrencyLimit,
    placing.slot,
    placing.startsPerMinute,
  ];
}

function manyParameters(batch: readonly Entry[]): Parameter[] {
  const placings = batch.map(({ execution }) => execution.placing ?? unlimited);
  return [
    lines(batch.map(({ execution }) => execution.id)),
    lines(batch.map(({ execution }) => execution.workspaceId)),
    lines(batch.map(({ execution }) => execution.workflowId)),
    lines(batch.map(({ execution }) => execution.versionId)),
    lines(batch.map(({ projection }) => projection.status)),
    lines(batch.map(({ projection }) => toJsonbValue(projection.created?.trigger))),
    lines(batch.map(({ written: texts }) => texts.input)),
    lines(batch.map(({ written: texts }) => texts.output)),
    lines(batch.map(({ projection }) => toJsonb(projection.error))),
    lines(batch.map(({ worker }) => worker)),
    batch.map(({ events }) => events.length),
    batch.map(({ projection }) => projection.created?.at ?? null),
    batch.map(({ projection }) => projection.startedAt),
    batch.map(({ projection }) => projection.endedAt),
    placings.map(({ priority }) => priority),
    placings.map(({ concurrencyLimit }) => concurrencyLimit),
    placings.map(({ startsPerMinute }) => startsPerMinute),
    ...manyRowLists(batch.map(({ execution, written: texts }) => ({ id: execution.id, rows: texts.rows }))),
  ];
}
