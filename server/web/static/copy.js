// Buttons that copy an address or a number, and one that prints the page. They stay hidden until this script has made them work.
"use strict";

const said = document.getElementById("gezegd");

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const shown = [...button.childNodes];
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Gekopieerd";
      said.textContent = `${button.dataset.copy} is gekopieerd`;
    } catch {
      button.textContent = "Kopiëren lukt niet";
      said.textContent = "Kopiëren lukt niet";
    }
    setTimeout(() => { button.replaceChildren(...shown); said.textContent = ""; }, 2500);
  });
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A screen reader first reads the error summary or the notice.
document.querySelector("[data-focus]")?.focus();
