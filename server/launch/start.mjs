// npm start: install, build, then the server, which makes and migrates its own database.
import { handOver } from "./handOver.mjs";
import { ensureBuilt, ensureInstalled } from "./prepare.mjs";

ensureInstalled();
ensureBuilt();
handOver("server/index.ts");
