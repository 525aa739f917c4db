// Shows the share buttons where a script can do something with them: the system's own sheet, else a copied link.

export function offerSharing(root) {
  root.querySelectorAll("[data-share]").forEach((button) => {
    if (!navigator.share && !navigator.clipboard) return;
    button.hidden = false;
    const words = button.querySelector("span") ?? button;
    const label = words.textContent;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const said = await share(button.dataset.title, button.dataset.share);
      if (said !== "copied") return;
      words.textContent = button.dataset.copied;
      setTimeout(() => (words.textContent = label), 2000);
    });
  });
}

// Closing the sheet is an answer too: nothing is copied then.
async function share(title, url) {
  try {
    if (navigator.share) return void (await navigator.share({ title, url }));
    await navigator.clipboard.writeText(url);
    return "copied";
  } catch {
    return "";
  }
}
