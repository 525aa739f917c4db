// Counts down by the server's clock: the page says what time it was there when it was made.

const DAY = 86_400_000;

export function startCountdowns(root) {
  const clocks = [...root.querySelectorAll("[data-countdown]")];
  const page = root.querySelector("[data-now]");
  if (!clocks.length || !page) return;
  const offset = Number(page.dataset.now) - Date.now();
  const tick = () => {
    const now = Date.now() + offset;
    clocks.forEach((clock) => show(clock, Number(clock.dataset.countdown) - now));
    setTimeout(tick, 1000 - (now % 1000));
  };
  tick();
}

function show(clock, left) {
  if (left >= DAY || clock.dataset.over) return; // a date says more than 71 hours
  if (left <= 0) return finish(clock);
  const seconds = Math.ceil(left / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  clock.textContent = parts.map((part) => String(part).padStart(2, "0")).join(":");
}

// The state has changed at the server; the person decides when to look, so that no form is lost.
function finish(clock) {
  clock.dataset.over = "yes";
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = clock.dataset.after;
  clock.setAttribute("aria-live", "polite");
  clock.replaceChildren(link);
}
