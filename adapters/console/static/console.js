// What a script adds to screens that work without it: `/` goes to the search, `j` and `k` to the next and the previous
// row that leads somewhere, `enter` follows it as links do. A form is sent once, however often its button is pressed.

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

function step(by) {
  const rows = [...document.querySelectorAll(".qo-table tbody a")];
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const search = document.querySelector("input[type=search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
});

// A file that no form carries is told beside its field, and not sent.
document.querySelectorAll("input[type=file][data-most]").forEach((input) => {
  const told = document.getElementById(input.getAttribute("aria-describedby")).firstElementChild;
  const large = () => [...input.files].some((file) => file.size > Number(input.dataset.most));
  const tell = () => {
    told.hidden = !large();
    input.setAttribute("aria-invalid", String(large()));
  };
  input.addEventListener("change", tell);
  input.form.addEventListener("submit", (event) => {
    tell();
    if (!large()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    input.focus();
  });
});

document.querySelectorAll("form[data-once]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    form.querySelectorAll("[type=submit]").forEach((button) => button.setAttribute("aria-busy", "true"));
  });
});

addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-once]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
});
