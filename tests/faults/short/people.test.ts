import { peopleFaults } from "../people.ts";
import { tryShort } from "../rig/short.ts";

tryShort(peopleFaults);
