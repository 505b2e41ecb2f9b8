// The container's health check: 0 when the process answers on its own port, 1 otherwise. Whatever else is away, a new process would not mend it.
const answer = await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health/live`).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
