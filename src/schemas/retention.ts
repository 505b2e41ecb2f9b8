import { z } from "zod";

/**
 * How much of its ended executions a workspace keeps: what is over any of the three is removed, the oldest first. Null for no
 * limit.
 */
export const retentionRule = z.strictObject({
  /** Days since the execution ended. */
  maxAgeDays: z.int().min(1, "At least a day; to keep all, leave it out").max(36_500).nullable(),
  maxExecutions: z.int().min(1, "At least 1; to keep all, leave it out").max(1_000_000_000).nullable(),
  /** As stored: compressed, with the entries in indexes. */
  maxBytes: z
    .int()
    .min(1_000_000, "At least a megabyte; to keep all, leave it out")
    .max(1_000_000_000_000_000)
    .nullable(),
});
export type RetentionRule = z.infer<typeof retentionRule>;

export const defaultRetention: RetentionRule = { maxAgeDays: 90, maxExecutions: 100_000, maxBytes: 10_000_000_000 };

const time = z.iso.datetime({ offset: true });

export const retention = z.strictObject({
  rule: retentionRule,
  /** Nobody has set it. */
  isDefault: z.boolean(),
  /** All that it ever removed; null when that is nothing. */
  removed: z
    .strictObject({
      executions: z.int(),
      bytes: z.int(),
      /** The end of the youngest that is gone. */
      until: time,
      lastAt: time,
    })
    .nullable(),
  /** When the workspace was last looked at; null when never. */
  checkedAt: time.nullable(),
});
export type Retention = z.infer<typeof retention>;

export const storageKinds = ["executions", "events", "payloads", "versions", "documents", "journal"] as const;
export type StorageKind = (typeof storageKinds)[number];

/**
 * What the workspace takes in the database: values as they are stored, and what a row takes beside them, reckoned. Of executions
 * those that have ended and were measured since (every minute).
 */
export const storage = z.strictObject({
  kinds: z.array(z.strictObject({ kind: z.enum(storageKinds), rows: z.int(), bytes: z.int() })),
  /** Executions that go on: they are not in the sums yet. */
  live: z.int(),
});
export type Storage = z.infer<typeof storage>;
