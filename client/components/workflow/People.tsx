import { Avatar, personColor } from "#client/components/ui/Avatar.tsx";
import { Tooltip } from "#client/components/ui/Tooltip.tsx";
import { useSession } from "#client/hooks/useSession.ts";
import type { Visitor } from "#client/stores/presence.ts";
import { useEditor } from "./EditorContext.ts";

const most = 4;

/** Who is here, oneself last. A press on somebody goes to where they are. */
export function People({ visitors }: { readonly visitors: readonly Visitor[] }) {
  const { canvas } = useEditor();
  const { profile } = useSession();
  const others = [...new Map(visitors.map((visitor) => [visitor.personId, visitor])).values()].filter(
    (visitor) => visitor.personId !== profile.id,
  );
  const shown = others.slice(0, most);
  return (
    <ul aria-label="Who is here" className="hidden items-center -space-x-1.5 sm:flex">
      {shown.map((visitor) => (
        <li key={visitor.personId}>
          <Tooltip label={`${visitor.name} is here`}>
            <button
              type="button"
              aria-label={`Go to ${visitor.name}`}
              className="flex rounded-full ring-2 ring-surface"
              onClick={() => canvas.current?.reveal(visitor.state.selection ?? [])}
            >
              <Avatar name={visitor.name} size={24} color={personColor(visitor.name)} />
            </button>
          </Tooltip>
        </li>
      ))}
      {others.length > most && <li className="pl-3 text-faint text-xs">+{others.length - most}</li>}
      {others.length > 0 && (
        <li>
          <Tooltip label={`${profile.name} (you)`}>
            <span className="flex rounded-full ring-2 ring-surface">
              <Avatar name={profile.name} size={24} color={personColor(profile.name)} />
            </span>
          </Tooltip>
        </li>
      )}
    </ul>
  );
}
