// What scrolls sideways can be reached by keyboard; "/" goes to the search field.
for (const box of document.querySelectorAll("main pre, main .wide")) {
  if (box.scrollWidth > box.clientWidth) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", box.matches("pre") ? "Code" : "Table");
  }
}
document.addEventListener("keydown", (pressed) => {
  const typing = pressed.target.matches("input, textarea, select, [contenteditable]");
  if (pressed.key === "/" && !typing && !pressed.ctrlKey && !pressed.metaKey && !pressed.altKey) {
    pressed.preventDefault();
    document.querySelector("#q").focus();
  }
});
