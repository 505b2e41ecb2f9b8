import { Badge } from "#client/components/ui/Badge.tsx";
import { trpc } from "#client/trpc.ts";
import type { ChatProvider } from "#src/agents/chatModels.ts";
import { QueryStates } from "./QueryStates.tsx";
import { SettingsBlock, SettingsRow, SettingsRows } from "./SettingsBlock.tsx";

const providerLabels: Record<ChatProvider, string> = {
  offline: "Offline model (built in)",
  openai: "OpenAI",
  anthropic: "Anthropic",
  compatible: "OpenAI-compatible server",
};

/** Which models can be used. Keys are set in the server's environment and never shown here. */
export function ModelsSection() {
  const models = trpc.agents.models.useQuery();
  return (
    <SettingsBlock title="Models" lead="Keys are set where the server is started; they never reach the browser.">
      <QueryStates query={models} what="the models">
        {({ items }) => (
          <SettingsRows>
            {items.map((model) => (
              <SettingsRow key={model.provider}>
                <div className="min-w-0 flex-1">
                  <p className="font-medium">
                    {providerLabels[model.provider]}
                    {model.defaultModel && (
                      <span className="ml-2 font-mono font-normal text-2xs text-faint">{model.defaultModel}</span>
                    )}
                  </p>
                  <p className="text-muted text-xs">{model.note}</p>
                </div>
                <Badge tone={model.configured ? "success" : "neutral"}>
                  {model.configured ? "Ready" : "Not set up"}
                </Badge>
              </SettingsRow>
            ))}
          </SettingsRows>
        )}
      </QueryStates>
    </SettingsBlock>
  );
}
