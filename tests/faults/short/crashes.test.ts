import { crashes } from "../crashes.ts";
import { tryShort } from "../rig/short.ts";

tryShort(crashes);
