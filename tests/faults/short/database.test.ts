import { databaseFaults } from "../database.ts";
import { tryShort } from "../rig/short.ts";

tryShort(databaseFaults);
