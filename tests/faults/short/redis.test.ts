import { redisFaults } from "../redis.ts";
import { tryShort } from "../rig/short.ts";

tryShort(redisFaults);
