// Runs in the page: Playwright sends these functions there as text.

export function pressAndWatch() {
  return new Promise((resolve) => {
    const card = document.querySelector(".agent-card");
    const button = [...document.querySelectorAll("header button")].find((each) => /^Run/.test(each.innerText.trim()));
    const begun = performance.now();
    const seen = new MutationObserver(() => {
      if (!card.hasAttribute("data-status")) return;
      seen.disconnect();
      resolve(performance.now() - begun);
    });
    seen.observe(card, { attributes: true, attributeFilter: ["data-status"] });
    button.click();
  });
}

export async function bareRequest() {
  const begun = performance.now();
  await (await fetch("/api/workspace")).text();
  return performance.now() - begun;
}
