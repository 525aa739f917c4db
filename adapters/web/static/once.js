// A second press while the first is on its way does nothing. The server would answer both with
// the same deal; this only spares the second journey.

export function sendOnce(root) {
  root.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "yes";
      form.querySelectorAll("[type=submit]").forEach((button) => button.setAttribute("aria-busy", "true"));
    });
  });
  // Coming back by the browser's back button finds the form usable again.
  addEventListener("pageshow", () => {
    root.querySelectorAll("form[data-once]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
  });
}
