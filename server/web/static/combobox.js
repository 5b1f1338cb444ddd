// Suggestions while typing, following the ARIA combobox pattern with a listbox popup: the focus stays in the field, the arrow
// keys move through the options, Enter takes one and Escape closes the list. Typed text goes to the node by POST, so that no URL
// contains it. Without this file the field is an ordinary field of an ordinary form.
"use strict";

const PAUSE_MS = 120;
const FEWEST_LETTERS = 2;

class Combobox {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.kind = input.dataset.suggest;
    this.submits = input.hasAttribute("data-submits");
    this.options = [];
    this.active = -1;
    this.list = document.createElement("ul");
    this.list.id = input.id + "-opties";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.dataset.listLabel);
    this.list.hidden = true;
    this.status = document.createElement("p");
    this.status.className = "only-heard";
    this.status.setAttribute("role", "status");
    input.after(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, autocomplete: "off",
    })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // Not on "click": the field must keep the focus while somebody chooses an option.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(this.options.indexOf(option));
    });
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    const text = this.input.value;
    this.asking?.abort();
    if (text.trim().length < FEWEST_LETTERS) return this.close();
    this.asking = new AbortController();
    const body = new URLSearchParams({ tekst: text, soort: this.kind, csrf: this.form.elements.csrf?.value ?? "" });
    try {
      const answer = await fetch("/suggesties", { method: "POST", body, signal: this.asking.signal, headers: { accept: "application/json" } });
      // Do not disturb somebody who types if the session has ended: the form will report it.
      if (answer.ok && !answer.redirected && this.input.value === text && document.activeElement === this.input) this.show(await answer.json());
    } catch (problem) {
      if (problem.name !== "AbortError") this.close();
    }
  }

  show(suggestions) {
    this.options = suggestions.map((suggestion, place) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.value = suggestion.becomes;
      option.append(suggestion.text);
      if (suggestion.what) {
        const what = document.createElement("span");
        what.textContent = suggestion.what;
        option.append(" ", what);
      }
      return option;
    });
    this.list.replaceChildren(...this.options);
    this.mark(-1);
    this.list.hidden = this.options.length === 0;
    this.input.setAttribute("aria-expanded", String(this.options.length > 0));
    const number = this.options.length;
    this.status.textContent = number === 0 ? "Geen suggesties." : `${number} ${number === 1 ? "suggestie" : "suggesties"}, kies met de pijltjes.`;
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.mark(-1);
    this.input.setAttribute("aria-expanded", "false");
    this.status.textContent = "";
  }

  mark(place) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = place;
    const option = this.options[place];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  take(place) {
    this.input.value = this.options[place].dataset.value;
    this.close();
    this.input.focus();
    if (this.submits) this.form.requestSubmit();
  }

  key(event) {
    const isOpen = !this.list.hidden;
    const number = this.options.length;
    if (event.key === "ArrowDown" && !event.altKey) {
      event.preventDefault();
      if (isOpen) this.mark((this.active + 1) % number);
      else this.ask();
    } else if (event.key === "ArrowUp" && isOpen) {
      event.preventDefault();
      this.mark((this.active <= 0 ? number : this.active) - 1);
    } else if (event.key === "Enter" && isOpen && this.active >= 0) {
      event.preventDefault();
      this.take(this.active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (isOpen) this.close();
      else this.input.value = "";
    }
  }
}

for (const input of document.querySelectorAll("input[data-suggest]")) new Combobox(input);
