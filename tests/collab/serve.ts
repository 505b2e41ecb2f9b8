import { openDatabase } from "#db/client.ts";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import { startProcess } from "./rig.ts";

// A process of its own that serves documents, for tests that kill it: database, workspace, profile, port.
const [url = "", workspaceId = "", profileId = "", port = "0"] = process.argv.slice(2);
const db = await openDatabase({ url });
const place = {
  db,
  workspaceId: workspaceId as WorkspaceId,
  profileId: profileId as ProfileId,
  roles: new Map(),
};
process.stdout.write(`${startProcess(place, Number(port)).port}\n`);
