/* The points somebody selects in the queue: counted, kept while they go from point to point, and sent along when the act begins.

   It listens to these attributes:
     data-choice        the form; its checkboxes "punt" are the points, "alles" stands for all of the list
     data-choice-count  says how many are selected; what it says when none are comes from the server
     data-choice-page   selects every point on the page; without this script it goes on with all of them
     data-choice-none   a hidden button that clears the selection
*/
"use strict";

(() => {
  const formNow = () => document.querySelector("form[data-choice]");
  const boxes = (form) => [...form.querySelectorAll("li > input[name=punt]")];
  const memory = (form) => `ivp-selection ${form.getAttribute("action")}`;

  function kept(form) {
    try {
      return new Set(JSON.parse(sessionStorage.getItem(memory(form)) || "[]"));
    } catch {
      return new Set(); // a browser that keeps nothing: the selection holds for this page
    }
  }

  function keep(form, chosen) {
    try {
      if (chosen.size) sessionStorage.setItem(memory(form), JSON.stringify([...chosen]));
      else sessionStorage.removeItem(memory(form));
    } catch {
      /* As above. */
    }
  }

  const everything = (form) => form.querySelector("input[name=alles]");
  const wholeList = (form) => `${memory(form)} all`;

  function keepAll(form, all) {
    try {
      if (all) sessionStorage.setItem(wholeList(form), "1");
      else sessionStorage.removeItem(wholeList(form));
    } catch {
      /* As above. */
    }
  }

  /** What was chosen, here and on pages before: what is ticked here counts, and what was ticked where we cannot see it now. */
  function chosenIn(form) {
    const chosen = kept(form);
    for (const box of boxes(form)) {
      if (box.checked) chosen.add(box.value);
      else chosen.delete(box.value);
    }
    return chosen;
  }

  function say(form, chosen) {
    const place = form.querySelector("[data-choice-count]");
    place.dataset.none ??= place.textContent;
    const isAll = everything(form) && everything(form).checked;
    place.textContent = isAll || !chosen.size ? place.dataset.none : `${chosen.size} geselecteerd`;
    form.querySelector("[data-choice-none]").hidden = !chosen.size;
  }

  function prepare() {
    const form = formNow();
    if (!form) return;
    const chosen = kept(form);
    for (const box of boxes(form)) if (chosen.has(box.value)) box.checked = true;
    try {
      if (everything(form)) everything(form).checked = sessionStorage.getItem(wholeList(form)) === "1";
    } catch {
      /* As above. */
    }
    say(form, chosenIn(form));
  }

  function remember(form) {
    const chosen = chosenIn(form);
    keep(form, chosen);
    keepAll(form, everything(form) && everything(form).checked);
    say(form, chosen);
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-choice]");
    if (form) remember(form);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choice-page], [data-choice-none]");
    if (!button) return;
    event.preventDefault();
    const form = button.form;
    const all = button.matches("[data-choice-page]");
    if (!all) keep(form, new Set());
    for (const box of boxes(form)) box.checked = all;
    remember(form);
    if (!all) form.querySelector("[type=submit]").focus();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-choice]");
    if (!form) return;
    const seen = new Set(boxes(form).map((box) => box.value));
    for (const value of chosenIn(form)) {
      if (seen.has(value)) continue;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "punt", value });
      form.append(field);
    }
    keep(form, new Set());
    keepAll(form, false);
  });

  document.addEventListener("htmx:load", prepare);
  window.addEventListener("pageshow", prepare);
})();
