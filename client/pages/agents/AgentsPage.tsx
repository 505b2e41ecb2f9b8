import { Blocks } from "lucide-react";
import { Link } from "wouter";
import { AgentDocs } from "#client/components/agents/AgentDocs.tsx";
import { AgentTile } from "#client/components/agents/AgentTile.tsx";
import { categoryLabels } from "#client/components/agents/categories.ts";
import { PageHeader } from "#client/components/shell/PageHeader.tsx";
import { classes } from "#client/components/ui/classes.ts";
import { EmptyState } from "#client/components/ui/EmptyState.tsx";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { SkeletonRows } from "#client/components/ui/Skeleton.tsx";
import { readError, trpc } from "#client/trpc.ts";
import { type AgentDescription, agentCategories } from "#src/schemas/agent.ts";

/** The catalogue: every agent with its ports, settings and docs. On a narrow screen the list, then the agent. */
export function AgentsPage({ kind }: { readonly kind: string | undefined }) {
  const agents = trpc.agents.list.useQuery(undefined, { staleTime: 300_000 });
  if (agents.isPending) {
    return (
      <>
        <PageHeader title="Agents" />
        <SkeletonRows label="Loading agents" />
      </>
    );
  }
  if (agents.isError) {
    const error = readError(agents.error);
    return (
      <>
        <PageHeader title="Agents" />
        <ErrorState
          title="The agents could not be loaded"
          onRetry={() => void agents.refetch()}
          retrying={agents.isFetching}
          requestId={error.requestId}
        >
          {error.message}
        </ErrorState>
      </>
    );
  }
  const { items } = agents.data;
  const chosen = kind === undefined ? items[0] : items.find((agent) => agent.kind === kind);
  return (
    <>
      <PageHeader
        title={kind !== undefined && chosen ? chosen.label : "Agents"}
        {...(kind === undefined ? {} : { parent: { label: "Agents", href: "/agents" } })}
      />
      <div className="flex min-h-0 flex-1">
        <AgentIndex agents={items} chosen={chosen?.kind} isAlone={kind === undefined} />
        <div className={classes("min-w-0 flex-1 overflow-y-auto", kind === undefined && "hidden md:block")}>
          {chosen ? (
            <AgentDocs agent={chosen} />
          ) : (
            <EmptyState icon={Blocks} title={`There is no agent “${kind}” on this server`}>
              It may belong to a newer version of AgentFlow.
            </EmptyState>
          )}
        </div>
      </div>
    </>
  );
}

interface AgentIndexProps {
  readonly agents: readonly AgentDescription[];
  readonly chosen: string | undefined;
  /** Nothing was chosen: a narrow screen shows the index. */
  readonly isAlone: boolean;
}

function AgentIndex({ agents, chosen, isAlone }: AgentIndexProps) {
  return (
    <nav
      aria-label="Agents"
      className={classes("w-full shrink-0 overflow-y-auto p-2 md:block md:w-72 md:border-r", !isAlone && "hidden")}
    >
      {agentCategories.map((category) => {
        const members = agents.filter((agent) => agent.category === category);
        if (members.length === 0) return null;
        return (
          <section key={category} className="mb-3">
            <h2 className="px-2 py-1 font-medium text-faint text-xs">{categoryLabels[category]}</h2>
            {members.map((agent) => (
              <Link
                key={agent.kind}
                href={`/agents/${agent.kind}`}
                aria-current={agent.kind === chosen ? "page" : undefined}
                className={classes(
                  "flex items-center gap-3 rounded-sm px-2 py-1.5",
                  agent.kind === chosen ? "md:bg-pressed" : "hover:bg-hover",
                )}
              >
                <AgentTile icon={agent.icon} category={agent.category} />
                <span className="min-w-0">
                  <span className="block truncate font-medium">{agent.label}</span>
                  <span className="block truncate text-faint text-xs">{agent.description}</span>
                </span>
              </Link>
            ))}
          </section>
        );
      })}
    </nav>
  );
}
