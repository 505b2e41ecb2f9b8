import { useSetAtom } from "jotai";
import { Search } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { lazyPart } from "#client/hooks/lazyPart.tsx";
import { useSession } from "#client/hooks/useSession.ts";
import { useWaitingCount } from "#client/hooks/useWaitingCount.ts";
import { overlayAtom } from "#client/stores/commands.ts";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { ariaKeys } from "../ui/keys.ts";
import { Logo } from "../ui/Logo.tsx";
import { Tooltip } from "../ui/Tooltip.tsx";
import { type Destination, destinations, isInside } from "./destinations.ts";
import { PersonButton } from "./PersonButton.tsx";

const PersonMenu = lazyPart(() => import("./PersonMenu.tsx").then((m) => m.PersonMenu));

/** A thin rail at the left; on a narrow screen a bar at the bottom with words. */
export function Navigation() {
  const setOverlay = useSetAtom(overlayAtom);
  return (
    <nav
      aria-label="Main"
      className={classes(
        "z-20 flex shrink-0 border-t bg-canvas pb-[env(safe-area-inset-bottom)]",
        "sm:w-12 sm:flex-col sm:items-center sm:gap-1 sm:border-t-0 sm:border-r sm:py-2",
      )}
    >
      <Link
        href="/workflows"
        aria-label="AgentFlow, all workflows"
        className="mb-2 hidden size-8 items-center justify-center rounded-sm sm:flex"
      >
        <Logo size={22} />
      </Link>
      {destinations.map((destination) => (
        <NavigationLink key={destination.href} destination={destination} />
      ))}
      <div className="hidden sm:mt-auto sm:flex sm:flex-col sm:items-center sm:gap-1">
        <IconButton
          icon={Search}
          label="Search and commands"
          shortcut="mod+k"
          tooltipSide="right"
          onClick={() => setOverlay("commands")}
        />
        <Person />
      </div>
    </nav>
  );
}

/** The menu comes with the first press; the pointer or the focus on its way there fetches it. */
function Person() {
  const { profile } = useSession();
  const [asked, setAsked] = useState(false);
  const button = (
    <PersonButton
      name={profile.name}
      onPointerEnter={PersonMenu.preload}
      onFocus={PersonMenu.preload}
      onClick={() => setAsked(true)}
    />
  );
  return asked ? <PersonMenu fallback={button} onMissing={() => setAsked(false)} /> : button;
}

/** How much waits for the person, up to 99; nothing while nothing does. */
function WaitingBadge() {
  const count = useWaitingCount();
  if (count === 0) return null;
  return (
    <span className="tabular absolute -top-1.5 left-2.5 min-w-4 rounded-full bg-accent px-1 text-center font-semibold text-2xs text-on-accent leading-4">
      {count > 99 ? "99+" : count}
      <span className="sr-only"> for you: </span>
    </span>
  );
}

function NavigationLink({ destination }: { readonly destination: Destination }) {
  const [path] = useLocation();
  const { href, label, icon: Icon, shortcut } = destination;
  const current = isInside(path, href);
  return (
    <Tooltip label={label} shortcut={shortcut} side="right">
      <Link
        href={href}
        aria-current={current ? "page" : undefined}
        aria-keyshortcuts={ariaKeys(shortcut)}
        className={classes(
          "flex h-14 flex-1 flex-col items-center justify-center gap-1 rounded-sm text-2xs transition-colors",
          "focus-visible:-outline-offset-2 sm:size-8 sm:flex-none",
          current ? "text-text sm:bg-pressed" : "text-faint hover:text-text sm:hover:bg-hover",
        )}
      >
        <span className="relative">
          <Icon aria-hidden size={17} strokeWidth={current ? 2 : 1.75} />
          {href === "/waiting" && <WaitingBadge />}
        </span>
        <span className="sm:sr-only">{label}</span>
      </Link>
    </Tooltip>
  );
}
