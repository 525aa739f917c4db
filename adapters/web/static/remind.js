// Sets a reminder, or takes it back, without leaving the place on the page. Without a script the form does the same.

export function remindInPlace(root) {
  root.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-remind]");
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const found = await answered(form);
    if (!found) return form.submit();
    form.closest(HOLDERS).replaceWith(found);
    found.querySelector("button")?.focus();
  });
}

const HOLDERS = ".qy-tile, .qy-sale, .qy-remind-wide";

// The same part of the page that the form led back to; nothing if that page is another one, such as that of signing in.
async function answered(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const here = new URL(answer.url).pathname === location.pathname;
    return answer.ok && here ? page.getElementById(form.closest(HOLDERS).id) : null;
  } catch {
    return null;
  }
}
