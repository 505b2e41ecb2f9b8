const directives = [
  "default-src 'none'",
  "script-src 'self'",
  // Monaco and React Flow place things by style attributes and sheets of their own.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join("; ");

const hostName = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:.]+\](:\d{1,5})?$/;

/** Headers of every answer. Sockets go to the own host only, named because older browsers do not count them as 'self'. */
export function securityHeaders(host: string | null): Record<string, string> {
  const sockets = host !== null && hostName.test(host) ? ` ws://${host} wss://${host}` : "";
  return {
    "content-security-policy": `${directives}; connect-src 'self'${sockets}`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
  };
}
