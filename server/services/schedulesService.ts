import type { z } from "zod";
import type { Database, Tx } from "#db/client.ts";
import {
  countSchedules,
  deleteSchedule,
  findSchedule,
  insertSchedule,
  schedulesOf,
  undeleteSchedule,
  updateSchedule,
} from "#db/queries/schedules.ts";
import { findWorkflow } from "#db/queries/workflows.ts";
import { withTenant } from "#db/tenant.ts";
import { nextTime, nextTimes, type Recurrence } from "#server/adapters/cron.ts";
import { AppError } from "#src/errors.ts";
import type { NewId, ScheduleId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Schedule, SchedulePreview, scheduleCreate, scheduleUpdate } from "#src/schemas/schedule.ts";
import { type Actor, scopeOf } from "./actor.ts";
import type { Audit } from "./audit.ts";

/** Every method answers not_found for what is another workspace's, as for what never was. */
export interface SchedulesService {
  list(actor: Actor, workflowId?: WorkflowId): Promise<Schedule[]>;
  /** When it would start from now on; nothing is kept. Errors: bad_request for a cron line that is none or an unknown time zone. */
  preview(recurrence: Recurrence): SchedulePreview;
  /** Errors: bad_request for a cron line that is none or an unknown time zone; conflict when the workspace has too many. */
  create(actor: Actor, request: z.output<typeof scheduleCreate>): Promise<Schedule>;
  /** Its next time is reckoned from now. Errors: as of `create`. */
  update(actor: Actor, request: z.output<typeof scheduleUpdate>): Promise<Schedule>;
  /** It can be restored for a day. */
  delete(actor: Actor, id: ScheduleId): Promise<void>;
  /** One that was deleted, with its next time reckoned from now. Errors: conflict when the workspace has too many by now. */
  restore(actor: Actor, id: ScheduleId): Promise<Schedule>;
}

export interface SchedulesDeps {
  readonly db: Database;
  readonly audit: Audit;
  readonly newId: NewId;
  readonly now: () => number;
  /** Schedules have changed: whoever ticks looks. */
  readonly onChange: () => void;
}

const maxSchedules = 1_000;
const previewed = 5;
const restorableMs = 86_400_000;
const noSuchSchedule = () => new AppError("not_found", "There is no such schedule.");

export function createSchedulesService({ db, audit, newId, now, onChange }: SchedulesDeps): SchedulesService {
  const inWorkspace = <Result>(actor: Actor, work: (tx: Tx) => Promise<Result>) => withTenant(db, scopeOf(actor), work);
  const keyOf = (actor: Actor, id: ScheduleId) => ({ workspaceId: actor.session.workspace.id, id });

  /** The line is checked even while the schedule is disabled. */
  function nextRunOf(recurrence: Recurrence, enabled: boolean): Date | null {
    const next = nextTime(recurrence, now());
    return enabled && next !== null ? new Date(next) : null;
  }
  async function read(tx: Tx, actor: Actor, id: ScheduleId): Promise<Schedule> {
    const found = await findSchedule(tx, keyOf(actor, id));
    if (found === null) throw noSuchSchedule();
    return found;
  }

  async function expectRoom(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
    if ((await countSchedules(tx, workspaceId)) < maxSchedules) return;
    throw new AppError("conflict", `A workspace has at most ${maxSchedules.toLocaleString("en")} schedules.`);
  }

  return {
    list: (actor, workflowId) => inWorkspace(actor, (tx) => schedulesOf(tx, actor.session.workspace.id, workflowId)),

    preview: (recurrence) => ({
      nextRuns: nextTimes(recurrence, now(), previewed).map((time) => new Date(time).toISOString()),
    }),

    async create(actor, request) {
      const id = newId("schedule");
      const { workspaceId, profileId } = scopeOf(actor);
      const made = await inWorkspace(actor, async (tx) => {
        if ((await findWorkflow(tx, { workspaceId, id: request.workflowId })) === null)
          throw new AppError("not_found", "There is no such workflow.");
        await expectRoom(tx, workspaceId);
        const nextRunAt = nextRunOf(request, request.enabled);
        const row = { ...request, id, workspaceId, createdBy: profileId, createdAt: new Date(now()), nextRunAt };
        await insertSchedule(tx, row);
        const detail = { workflowId: request.workflowId, cron: request.cron, timezone: request.timezone };
        await audit.record(tx, actor, { action: "schedule.create", subject: id, detail });
        return read(tx, actor, id);
      });
      onChange();
      return made;
    },

    async update(actor, { id, ...wished }) {
      const changed = await inWorkspace(actor, async (tx) => {
        const before = await read(tx, actor, id);
        const given = Object.fromEntries(Object.entries(wished).filter(([, value]) => value !== undefined));
        const { name, cron, timezone, input, enabled } = { ...before, ...given } as Schedule;
        const nextRunAt = nextRunOf({ cron, timezone }, enabled);
        const change = { name, cron, timezone, input, enabled, nextRunAt, updatedAt: new Date(now()) };
        await updateSchedule(tx, keyOf(actor, id), change);
        const detail = { changed: Object.keys(given) };
        await audit.record(tx, actor, { action: "schedule.update", subject: id, detail });
        return read(tx, actor, id);
      });
      onChange();
      return changed;
    },

    delete: (actor, id) =>
      inWorkspace(actor, async (tx) => {
        const at = new Date(now());
        const times = { at, forget: new Date(now() - restorableMs) };
        if (!(await deleteSchedule(tx, keyOf(actor, id), times))) throw noSuchSchedule();
        await audit.record(tx, actor, { action: "schedule.delete", subject: id });
      }),

    async restore(actor, id) {
      const restored = await inWorkspace(actor, async (tx) => {
        const key = keyOf(actor, id);
        const shown = await findSchedule(tx, key);
        // Pressed twice it is back already.
        if (shown !== null) return shown;
        await expectRoom(tx, key.workspaceId);
        if (!(await undeleteSchedule(tx, key, new Date(now() - restorableMs)))) throw noSuchSchedule();
        const before = await read(tx, actor, id);
        const { name, cron, timezone, input, enabled } = before;
        const nextRunAt = nextRunOf(before, enabled);
        await updateSchedule(tx, key, { name, cron, timezone, input, enabled, nextRunAt, updatedAt: new Date(now()) });
        await audit.record(tx, actor, { action: "schedule.restore", subject: id });
        return read(tx, actor, id);
      });
      onChange();
      return restored;
    },
  };
}
