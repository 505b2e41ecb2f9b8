import { Trash2 } from "lucide-react";
import { useState } from "react";
import { AgentTile } from "#client/components/agents/AgentTile.tsx";
import { AmountInput } from "#client/components/ui/AmountInput.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Select } from "#client/components/ui/Select.tsx";
import { toast } from "#client/components/ui/Toast.tsx";
import { readError, trpc } from "#client/trpc.ts";
import type { AgentDescription } from "#src/schemas/agent.ts";
import type { AgentLimit } from "#src/schemas/limits.ts";
import type { LimitsBlockProps } from "./DailyBudgetBlock.tsx";
import { QueryStates } from "./QueryStates.tsx";
import { SettingsBlock, SettingsRow, SettingsRows } from "./SettingsBlock.tsx";

/** How many steps of an agent run at once, and how many begin in a minute. */
export function AgentLimitsBlock({ limits, mayChange }: LimitsBlockProps) {
  const agents = trpc.agents.list.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY });
  const { limits: cache } = trpc.useUtils();
  const [added, setAdded] = useState<string | null>(null);
  const set = trpc.limits.setAgent.useMutation({
    // One after the other, as they were made.
    scope: { id: "limits.setAgent" },
    onSettled: () => cache.get.invalidate(),
    onError: (error) => toast.error("The limit was not changed", { description: readError(error).message }),
  });
  /** Shown at once: the next change builds on it, however soon it comes. */
  const change = (limit: AgentLimit) => {
    const isNone = limit.concurrency === null && limit.perMinute === null;
    cache.get.setData(undefined, (before) => before && { ...before, agents: withLimit(before.agents, limit, isNone) });
    setAdded(null);
    set.mutate(limit);
  };
  const rows: readonly AgentLimit[] =
    added === null || limits.agents.some(({ agent }) => agent === added)
      ? limits.agents
      : [...limits.agents, { agent: added, concurrency: null, perMinute: null }];
  return (
    <SettingsBlock
      title="Limits by agent"
      lead="For all runs together. A step that is one too many waits for a slot; the wait does not count as its time."
    >
      <QueryStates query={agents} what="the agents">
        {({ items }) => (
          <div className="flex flex-col gap-3">
            {rows.length > 0 && (
              <SettingsRows>
                {rows.map((limit) => (
                  <LimitRow
                    key={limit.agent}
                    limit={limit}
                    agent={items.find(({ kind }) => kind === limit.agent)}
                    disabled={!mayChange}
                    onChange={change}
                    onRemove={() =>
                      limit.agent === added
                        ? setAdded(null)
                        : change({ agent: limit.agent, concurrency: null, perMinute: null })
                    }
                  />
                ))}
              </SettingsRows>
            )}
            {rows.length === 0 && !mayChange && <p className="text-faint">No agent has a limit.</p>}
            {mayChange && (
              <Select
                aria-label="Add a limit for an agent"
                className="max-w-70"
                value={undefined}
                placeholder="Add a limit for …"
                options={items
                  .filter(({ kind }) => !rows.some(({ agent }) => agent === kind))
                  .map(({ kind, label }) => ({ value: kind, label }))}
                onChange={setAdded}
              />
            )}
          </div>
        )}
      </QueryStates>
    </SettingsBlock>
  );
}

function withLimit(agents: readonly AgentLimit[], limit: AgentLimit, isNone: boolean): AgentLimit[] {
  const others = agents.filter(({ agent }) => agent !== limit.agent);
  if (isNone) return others;
  const isThere = others.length < agents.length;
  return isThere ? agents.map((each) => (each.agent === limit.agent ? limit : each)) : [...others, limit];
}

interface LimitRowProps {
  readonly limit: AgentLimit;
  /** Undefined for an agent that this server does not have any more. */
  readonly agent: AgentDescription | undefined;
  readonly disabled: boolean;
  readonly onChange: (limit: AgentLimit) => void;
  readonly onRemove: () => void;
}

function LimitRow({ limit, agent, disabled, onChange, onRemove }: LimitRowProps) {
  const name = agent?.label ?? limit.agent;
  const amount = (field: "concurrency" | "perMinute", label: string) => (
    <div className="w-28">
      <Field label={label}>
        {(control) => (
          <AmountInput
            control={control}
            value={limit[field] ?? undefined}
            limits={[1, 10_000]}
            whole
            disabled={disabled}
            placeholder="No limit"
            onChange={(value) => onChange({ ...limit, [field]: value ?? null })}
          />
        )}
      </Field>
    </div>
  );
  return (
    <SettingsRow>
      <AgentTile icon={agent?.icon} category={agent?.category} />
      <p className="min-w-32 flex-1 font-medium">{name}</p>
      <div className="flex items-end gap-3 py-1">
        {amount("concurrency", "At once")}
        {amount("perMinute", "In a minute")}
        <IconButton icon={Trash2} label={`Remove the limit of ${name}`} disabled={disabled} onClick={onRemove} />
      </div>
    </SettingsRow>
  );
}
