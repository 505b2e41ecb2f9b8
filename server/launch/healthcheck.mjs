// The container's health check: 0 when the server answers healthy on its own port, 1 otherwise.
const answer = await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health`).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
