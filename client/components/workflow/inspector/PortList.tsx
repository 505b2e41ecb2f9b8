import type { PortDefinition } from "#src/schemas/agent.ts";

interface PortListProps {
  readonly title: string;
  readonly ports: readonly PortDefinition[];
  /** With it, each port is shown as expressions write it. */
  readonly nodeKey?: string;
}

export function PortList({ title, ports, nodeKey }: PortListProps) {
  if (ports.length === 0) return null;
  return (
    <section>
      <h2 className="mb-1 font-medium text-faint text-xs">{title}</h2>
      <dl className="divide-y rounded-sm border">
        {ports.map((port) => (
          <div key={port.name} className="px-2.5 py-2">
            <dt className="flex items-baseline justify-between gap-2">
              <code className="select-text text-xs">{nodeKey ? `steps.${nodeKey}.${port.name}` : port.name}</code>
              <span className="text-2xs text-faint">
                {port.type}
                {port.required === true && ", required"}
                {port.multiple === true && ", several"}
              </span>
            </dt>
            <dd className="text-muted text-xs">{port.description}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
