// Tells mistakes, sentence and plan of a proposal while it is written: the same part of the page as the server makes it for
// a saved proposal. Without this script saving shows them.

const form = document.querySelector("form[data-check]");
const told = document.querySelector("#proposal-told");
let waiting, asking = false, changed = false;

// One question at a time: of a large mall each takes the server a while. What was typed meanwhile is asked next.
async function check() {
  changed = true;
  if (asking) return;
  asking = true;
  while (changed) {
    changed = false;
    const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (answer?.ok && !changed) told.innerHTML = await answer.text();
  }
  asking = false;
}

form?.elements.text.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(check, 400);
});
