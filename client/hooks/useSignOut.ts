import { getQueryKey } from "@trpc/react-query";
import { useSetAtom } from "jotai";
import { useCallback } from "react";
import { toast } from "../components/ui/Toast.tsx";
import { openDocumentAtom } from "../stores/openDocument.ts";
import { closeSocket, queryClient, readError, trpc } from "../trpc.ts";

/** Forgets all that the browser knows of the workspace and asks again who is signed in. */
export async function changePerson(): Promise<void> {
  await closeSocket();
  const status = getQueryKey(trpc.auth.status);
  queryClient.removeQueries({ predicate: (query) => JSON.stringify(query.queryKey[0]) !== JSON.stringify(status[0]) });
  await queryClient.invalidateQueries({ queryKey: status });
}

export function useSignOut(): () => void {
  const setOpenDocument = useSetAtom(openDocumentAtom);
  const { mutate } = trpc.auth.signOut.useMutation({
    // Who leaves of his own will is not asked to come back.
    onMutate: () => setOpenDocument(null),
    onSuccess: changePerson,
    onError: (error) => toast.error("Could not sign out", { description: readError(error).message }),
  });
  return useCallback(() => mutate({}), [mutate]);
}
