import type { ReactNode } from "react";
import { isJsonObject, type JsonObject } from "#src/json.ts";
import type { AgentDescription, PortDefinition } from "#src/schemas/agent.ts";
import { Badge } from "../ui/Badge.tsx";
import { Markdown } from "../ui/Markdown.tsx";
import { AgentTile } from "./AgentTile.tsx";
import { categoryLabels } from "./categories.ts";

/** Everything there is to know of an agent: words, ports, settings. */
export function AgentDocs({ agent }: { readonly agent: AgentDescription }) {
  return (
    <article className="mx-auto max-w-180 px-4 py-6 sm:px-8">
      <header className="flex items-start gap-4">
        <AgentTile icon={agent.icon} category={agent.category} size="lg" />
        <div className="min-w-0">
          <h2 className="flex items-center gap-2 font-semibold text-lg">
            {agent.label}
            <Badge>{categoryLabels[agent.category]}</Badge>
          </h2>
          <p className="mt-0.5 text-muted">{agent.description}</p>
        </div>
      </header>
      <div className="mt-6">
        <Markdown>{agent.docs}</Markdown>
      </div>
      <Ports title="Inputs" ports={agent.inputs} none="Starts a workflow: nothing arrives." />
      <Ports title="Outputs" ports={agent.outputs} none="Ends a branch: nothing leaves." />
      <Settings schema={agent.configSchema} />
    </article>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="mt-8">
      <h3 className="mb-2 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Ports(props: { readonly title: string; readonly ports: readonly PortDefinition[]; readonly none: string }) {
  const { title, ports, none } = props;
  return (
    <Section title={title}>
      {ports.length === 0 ? (
        <p className="text-faint">{none}</p>
      ) : (
        <Rows>
          {ports.map((port) => (
            <Row
              key={port.name}
              name={port.name}
              type={port.multiple ? `${port.type}, several` : port.type}
              required={port.required === true}
            >
              {port.description}
            </Row>
          ))}
        </Rows>
      )}
    </Section>
  );
}

function typeOf(field: JsonObject): string {
  if (Array.isArray(field.enum)) return field.enum.map(String).join(", ");
  return typeof field.type === "string" ? field.type : "any";
}

function Settings({ schema }: { readonly schema: JsonObject }) {
  const fields = isJsonObject(schema.properties) ? Object.entries(schema.properties) : [];
  if (fields.length === 0) return null;
  const required = Array.isArray(schema.required) ? schema.required : [];
  return (
    <Section title="Settings">
      <Rows>
        {fields.map(([name, field]) =>
          isJsonObject(field) ? (
            <Row
              key={name}
              name={typeof field.title === "string" ? field.title : name}
              type={typeOf(field)}
              required={required.includes(name)}
            >
              {typeof field.description === "string" ? field.description : ""}
            </Row>
          ) : null,
        )}
      </Rows>
    </Section>
  );
}

const Rows = ({ children }: { readonly children: ReactNode }) => (
  <dl className="divide-y rounded-md border">{children}</dl>
);

interface RowProps {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly children: string;
}

function Row({ name, type, required, children }: RowProps) {
  return (
    <div className="flex flex-col gap-x-4 gap-y-1 px-3 py-2 sm:flex-row">
      <dt className="flex shrink-0 flex-wrap items-baseline gap-x-2 sm:w-44">
        <span className="font-medium">{name}</span>
        {required && <span className="text-warning text-xs">required</span>}
      </dt>
      <dd className="min-w-0 text-muted">
        {children && <p>{children}</p>}
        <p className="font-mono text-2xs text-faint">{type}</p>
      </dd>
    </div>
  );
}
