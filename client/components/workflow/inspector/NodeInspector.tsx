import { useState } from "react";
import { AgentTile } from "#client/components/agents/AgentTile.tsx";
import { Badge } from "#client/components/ui/Badge.tsx";
import { Markdown } from "#client/components/ui/Markdown.tsx";
import { Tabs } from "#client/components/ui/Tabs.tsx";
import { docsOf } from "#src/agents/docs.ts";
import { portsOf } from "#src/agents/ports.ts";
import { setConfig } from "#src/document/commands/config.ts";
import type { GraphNode } from "#src/schemas/graph.ts";
import { attempt } from "../attempt.ts";
import { useDiagnostics, useEditor } from "../EditorContext.ts";
import { ConfigField } from "./ConfigField.tsx";
import { fieldSpecs, isShown } from "./fieldSpecs.ts";
import { NodeName } from "./NodeName.tsx";
import { NodeProblems } from "./NodeProblems.tsx";
import { NodeSettings } from "./NodeSettings.tsx";
import { PinNote } from "./PinNote.tsx";
import { PortList } from "./PortList.tsx";

type Tab = "settings" | "behaviour" | "docs";

/** Everything about one node, generated from its agent's schema. */
export function NodeInspector({ node }: { readonly node: GraphNode }) {
  const { definitions } = useEditor();
  const [tab, setTab] = useState<Tab>("settings");
  const definition = definitions(node.agent);
  const problems = useDiagnostics().filter((each) => each.nodeId === node.id && each.field === undefined);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex items-start gap-2.5 px-3 pt-3 pb-2">
        <AgentTile icon={definition?.icon} category={definition?.category} />
        <div className="min-w-0 flex-1">
          <NodeName key={node.id} node={node} />
          <p className="truncate px-1.5 text-2xs text-faint">
            {definition?.label ?? `Unknown agent ${node.agent}`}
            {node.disabled === true && " · disabled"}
          </p>
        </div>
      </header>
      <NodeProblems problems={problems} />
      <PinNote nodeId={node.id} name={node.name} />
      <Tabs
        label="Inspector"
        className="flex-1"
        value={tab}
        onChange={setTab}
        tabs={[
          { value: "settings", label: "Settings" },
          { value: "behaviour", label: "Run", ...(isOwn(node) ? { badge: <Badge>set</Badge> } : {}) },
          { value: "docs", label: "Docs" },
        ]}
      >
        {tab === "settings" && <Settings node={node} />}
        {tab === "behaviour" && <NodeSettings key={node.id} node={node} />}
        {tab === "docs" && definition !== undefined && (
          <div className="flex flex-col gap-5 p-4">
            <p className="text-muted">{definition.description}</p>
            <Markdown>{docsOf(definition.kind)}</Markdown>
            <PortList title="Inputs" ports={portsOf(definition, node).inputs} />
            <PortList title="Outputs" ports={portsOf(definition, node).outputs} nodeKey={node.key} />
          </div>
        )}
      </Tabs>
    </div>
  );
}

/** Whether anything about how it runs differs from the defaults. */
const isOwn = (node: GraphNode): boolean =>
  node.retry !== undefined ||
  node.timeoutMs !== undefined ||
  node.budget !== undefined ||
  (node.onError ?? "fail") !== "fail";

function Settings({ node }: { readonly node: GraphNode }) {
  const { definitions, document, actions } = useEditor();
  const definition = definitions(node.agent);
  if (definition === undefined) {
    return (
      <p className="p-4 text-muted">
        This server does not have the agent <code>{node.agent}</code>. Its settings are kept as they are.
      </p>
    );
  }
  const specs = fieldSpecs(definition);
  const shown = specs.filter((spec) => isShown(spec, node.config, specs));
  return (
    <div className="flex flex-col gap-5 p-4">
      {shown.map((spec) => (
        <ConfigField
          key={`${node.id}/${spec.name}`}
          nodeId={node.id}
          spec={spec}
          path={spec.name}
          value={node.config[spec.name]}
          onChange={
            actions === null
              ? null
              : (value) =>
                  attempt(() => void setConfig(document.editing, { nodeId: node.id, path: [spec.name], value }))
          }
        />
      ))}
      {specs.length === 0 && <p className="text-faint">This agent has no settings.</p>}
    </div>
  );
}
