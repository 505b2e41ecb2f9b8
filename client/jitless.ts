import { z } from "zod";

// The CSP forbids eval, which zod would use to compile its parsers. Bundled with zod itself, so that it runs before any schema is made.
z.config({ jitless: true });
