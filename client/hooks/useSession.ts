import { createContext, useContext } from "react";
import { hasRole, type Role, type Session } from "#src/schemas/workspace.ts";

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in. Only below the shell, where somebody is. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is for pages below the shell");
  return session;
}

/** Whether the person may do what needs `role`. The server decides; this only hides what it would refuse. */
export const useMay = (role: Role): boolean => hasRole(useSession().role, role);
