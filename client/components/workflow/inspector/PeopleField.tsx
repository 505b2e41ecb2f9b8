import { Check } from "lucide-react";
import { Avatar } from "#client/components/ui/Avatar.tsx";
import { classes } from "#client/components/ui/classes.ts";
import { Skeleton } from "#client/components/ui/Skeleton.tsx";
import { trpc } from "#client/trpc.ts";
import type { FieldProps } from "./fieldProps.ts";

/** Members of the workspace, to be chosen by pressing. Somebody who has left stays in the list until taken out. */
export function PeopleField({ spec, value, onChange, control }: FieldProps) {
  const members = trpc.workspaces.members.useQuery();
  const chosen = Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
  if (members.data === undefined) return <Skeleton className="h-8 w-full" />;
  const present = members.data.items.map(({ profileId, name }) => ({ id: profileId as string, name }));
  const known = new Set(present.map(({ id }) => id));
  const gone = chosen.filter((id) => !known.has(id)).map((id) => ({ id, name: "Not a member any more" }));
  const toggle = (id: string) =>
    onChange?.(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <fieldset
      id={control.id}
      aria-label={spec.title}
      aria-describedby={control["aria-describedby"]}
      className="flex flex-wrap gap-1.5"
    >
      {[...present, ...gone].map(({ id, name }) => (
        <button
          key={id}
          type="button"
          aria-pressed={chosen.includes(id)}
          disabled={onChange === null}
          onClick={() => toggle(id)}
          className={classes(
            "inline-flex h-7 items-center gap-1.5 rounded-full border py-0 pr-2.5 pl-1 text-sm disabled:opacity-60",
            chosen.includes(id) ? "border-accent bg-accent-soft text-text" : "text-muted hover:bg-hover",
          )}
        >
          <Avatar name={name} size={18} />
          {name}
          {chosen.includes(id) && <Check aria-hidden size={13} />}
        </button>
      ))}
    </fieldset>
  );
}
