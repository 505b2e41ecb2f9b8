// Runs before every test file: a test never inherits the operator's keys or services by accident.
for (const name of ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"])
  delete process.env[name];
