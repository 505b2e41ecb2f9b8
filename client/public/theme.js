// Runs before the first paint, so that a dark screen never flashes white. A file of its own: the CSP allows no inline script.
(() => {
  let choice = "system";
  try {
    choice = JSON.parse(localStorage.getItem("agentflow.theme") ?? '"system"');
  } catch {
    // Storage is blocked or holds something else: the system's choice it is.
  }
  const dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
