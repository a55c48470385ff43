/* What the pages do beyond links and forms. Everything also works without this file.

   It listens to these attributes:
     data-focus-after-swap   gets the focus when htmx has put it on the page
     data-key="j"            a shortcut: clicks a link, button or choice, focuses a text field, opens details. More than one
                             key with a space between; "ctrl+enter" also works while typing. Esc leaves a text field.
     data-keys-switch        a button that turns the single-key shortcuts off and on again, kept in this browser (WCAG 2.1.4);
                             the page says data-label-off while they are on, data-label-on while they are off
     data-shows="a b"        on a choice or an option: show the blocks named a and b, hide what the other choices show
     data-block="a"          such a block, which may stand in another; what is in a hidden one is not sent
     data-stock="text"       on a choice: the standard rationale; {name} and {prioriteit} become what the first block it shows names
     data-standard="7"       on such a choice: the id of that text, kept in the form's field `standard`
     data-stock-asked        on such a choice: its text comes only when it is asked for, so that nobody is refused in two keystrokes
     data-stock-target       the textarea it goes into
     data-stock-copy         the button that copies it
     data-stock-pick         a list with other texts for the choice that shows it; each option has its text in data-text, its id as value
     data-fills="a=1&b=2"    a link or button that fills in those fields of the decision, as if somebody chose them
     data-adds="id"          a hidden button that comes forward and puts the words of that element behind those of the field data-to names
     data-needs-script       hidden until this file runs
     data-for-key="j"        a line in the overview of keys: hidden while no control on the page has that key
     data-while-visible      asks by itself, but not while nobody can see the page
     data-copies="id"        a hidden button that comes forward and copies the text of that field; it then says data-label-copied
     data-quiet              asks by itself, again and again: when it gets no answer once, nobody needs to hear of it
*/
"use strict";

(() => {
  const KEYS_OFF = "ivp-keys-off";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /* ---------- Saying and focusing ---------- */

  function focusOn(element) {
    if (!element.matches("a, button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus();
  }

  function say(words) {
    const live = document.getElementById("p-live");
    if (live) live.textContent = words;
  }

  function isVisible(element) {
    return element.getClientRects().length > 0;
  }

  /* ---------- Menus: a details that closes when you leave it ---------- */

  function closeMenus(except) {
    for (const menu of all("details.p-drop[open]")) if (menu !== except) menu.open = false;
  }

  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.p-drop")));
  document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details.p-drop")));

  /* ---------- Shortcuts ---------- */

  function keysAreOff() {
    return root.hasAttribute("data-keys-off");
  }

  function rememberKeys(off) {
    root.toggleAttribute("data-keys-off", off);
    try {
      if (off) localStorage.setItem(KEYS_OFF, "1");
      else localStorage.removeItem(KEYS_OFF);
    } catch {
      /* A browser that keeps nothing: the choice holds for this page. */
    }
  }

  function readKeys() {
    try {
      root.toggleAttribute("data-keys-off", localStorage.getItem(KEYS_OFF) === "1");
    } catch {
      root.removeAttribute("data-keys-off");
    }
  }

  function labelSwitches(within) {
    for (const button of all("[data-keys-switch]", within)) {
      button.hidden = false;
      button.textContent = keysAreOff() ? button.dataset.labelOn : button.dataset.labelOff;
    }
    for (const words of all("[data-keys-state]", within)) {
      words.textContent = keysAreOff() ? words.dataset.labelOff : words.dataset.labelOn;
    }
  }

  const keysOf = (element) => element.dataset.key.split(" ");

  /** The overview shows what works now: a panel may not have come yet, a list may have no next. */
  document.addEventListener(
    "beforetoggle",
    (event) => {
      if (event.newState !== "open") return;
      const here = new Set(all("[data-key]").filter((control) => !control.disabled && isVisible(control)).flatMap(keysOf));
      for (const line of all("[data-for-key]", event.target)) line.hidden = !here.has(line.dataset.forKey);
    },
    true,
  );

  /** Out of a field, to the heading of its part: the focus must be somewhere. */
  function leave(field) {
    const part = field.closest("[aria-labelledby]");
    const heading = part && document.getElementById(part.getAttribute("aria-labelledby"));
    if (heading) focusOn(heading);
    else field.blur();
  }

  function isTyping(element) {
    if (element.isContentEditable || element.matches("textarea, select")) return true;
    return element.matches("input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit])");
  }

  function keyOf(event) {
    const key = event.key.toLowerCase();
    return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key;
  }

  function press(element) {
    if (element.matches("textarea, input[type=search], input[type=text]")) {
      element.focus();
      return;
    }
    if (element.matches("summary")) {
      const details = element.parentElement;
      if (!details.classList.contains("p-drop")) {
        details.open = true;
        focusOn(details.querySelector(":scope > :not(summary) :is(select, input, textarea)") || element);
        return;
      }
    }
    if (element.matches("input, summary")) element.focus();
    element.click();
    for (const name of names(element)) {
      const next = document.querySelector(`[data-follow][data-block~="${CSS.escape(name)}"] :is(select, input)`);
      if (!next || !isVisible(next)) continue;
      next.focus();
      if (next.matches("input")) next.select();
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing || event.repeat) return;
    const key = keyOf(event);
    const typing = isTyping(event.target);
    if (key === "escape") {
      const menu = event.target.closest("details.p-drop[open]") || document.querySelector("details.p-drop[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      } else if (typing) {
        leave(event.target);
      }
      return;
    }
    const single = !key.startsWith("ctrl+");
    if (single && (typing || keysAreOff())) return;
    // In a form of its own, such as a note, the keys that save save that.
    const own = typing && event.target.form;
    if (own && key === "ctrl+enter" && !own.querySelector('[data-key~="ctrl+enter"]')) {
      const button = own.querySelector("button[type=submit]:not(.p-hidden)");
      if (button) {
        event.preventDefault();
        button.click();
      }
      return;
    }
    const controls = all("[data-key]").filter(
      (element) => keysOf(element).includes(key) && !element.disabled && isVisible(element),
    );
    // Of several the first that is not open yet: a second plus opens the third destination.
    const found = controls.find((element) => !element.closest("summary") || !element.parentElement.open) || controls.at(-1);
    if (!found) return;
    event.preventDefault();
    press(found);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-keys-switch]");
    if (!button) return;
    rememberKeys(!keysAreOff());
    labelSwitches(document);
  });

  /* ---------- The field that belongs to a choice ---------- */

  const names = (element) => (element.dataset.shows || "").split(" ").filter(Boolean);

  function showBlocks(form) {
    const choices = all("[data-shows]", form);
    const known = new Set(choices.flatMap(names));
    const shown = new Set(choices.filter((choice) => choice.checked || choice.selected).flatMap(names));
    const blocks = all("[data-block]", form).filter((block) => known.has(block.dataset.block));
    for (const block of blocks) block.hidden = !shown.has(block.dataset.block);
    // After all of them: a block may stand in another.
    for (const control of blocks.flatMap((block) => all("input, select, textarea", block))) {
      control.disabled = control.closest("[data-block][hidden]") !== null;
    }
  }

  /* ---------- The standard rationale ---------- */

  /** The field in which this choice is named further; nothing when it has none. */
  function namingControl(choice, form) {
    const block = names(choice).length && form.querySelector(`[data-block="${CSS.escape(names(choice)[0])}"]`);
    return block && block.querySelector("select, input");
  }

  /** What the first block of this choice names now: the chosen option, or the words typed. Empty while that is still open. */
  function namedBy(choice, form) {
    const control = namingControl(choice, form);
    if (!control) return "";
    if (!control.matches("select")) return control.value.trim();
    const option = control.selectedOptions[0];
    return option && option.value ? option.textContent.trim() : "";
  }

  const PLACES = /\{(?:name|prioriteit)\}/g;

  function named(text, choice, form) {
    if (text.search(PLACES) < 0) return text;
    const name = namedBy(choice, form);
    return name ? text.replace(PLACES, () => name) : "";
  }

  /** The list of texts that goes with this choice; nothing when it has one text. */
  function pickerOf(choice, form) {
    const blocks = names(choice).map((name) => form.querySelector(`[data-block="${CSS.escape(name)}"] [data-stock-pick]`));
    return blocks.find(Boolean);
  }

  /** The text of the choice, or the one picked from its list. */
  function stockOf(choice, form) {
    const picked = pickerOf(choice, form)?.selectedOptions[0];
    return named(picked ? picked.dataset.text : choice.dataset.stock, choice, form);
  }

  function textsOf(choice, form) {
    const options = pickerOf(choice, form)?.options;
    const texts = options ? [...options].map((option) => option.dataset.text) : [choice.dataset.stock];
    return texts.map((text) => named(text, choice, form));
  }

  function put(target, text, choice, form, was = target.value) {
    target.value = was && text && !isUntouched(target, form) ? `${was.trimEnd()}\n${text}` : text;
    target.dataset.stockText = text;
    const standard = form.elements.standard;
    if (standard) standard.value = (text && (pickerOf(choice, form)?.value ?? choice.dataset.standard)) || "";
  }

  /** True when nobody wrote here: it is empty, or it is what this script or the server put in. */
  function isUntouched(target, form) {
    const text = target.value.trim();
    if (!text || text === target.dataset.stockText) return true;
    return all("[data-stock]", form).some((choice) => textsOf(choice, form).includes(text));
  }

  function chosen(form) {
    return all("[data-stock]", form).find((each) => each.checked || each.selected);
  }

  /** Empty while the choice still has to be named: the text of the choice before it must not stay behind. */
  function fillStock(form) {
    const target = form.querySelector("[data-stock-target]");
    const choice = target && chosen(form);
    if (!choice || !isUntouched(target, form)) return;
    put(target, choice.hasAttribute("data-stock-asked") ? "" : stockOf(choice, form), choice, form);
  }

  /** Asked for by name: what somebody wrote stays, the standard text comes after it. Where there are more texts, the list is next;
      while the text cannot be made yet, what is still to be chosen. */
  function copyStock(form) {
    const target = form.querySelector("[data-stock-target]");
    const choice = chosen(form);
    const text = choice && stockOf(choice, form);
    if (target && text && !target.value.includes(text)) put(target, text, choice, form);
    const list = choice && pickerOf(choice, form);
    const open = choice ? !text && namingControl(choice, form) : form.querySelector("[data-stock]");
    if (open) focusOn(open);
    else if (list) list.focus();
    else if (target) target.focus();
  }

  /** Another text from the list takes the place of the one before it; what somebody wrote themselves stays. */
  function pickStock(list, form) {
    const target = form.querySelector("[data-stock-target]");
    const choice = chosen(form);
    if (!target || !choice) return;
    const before = target.dataset.stockText;
    const rest = before && target.value.includes(before) ? target.value.replace(before, () => "").trim() : target.value.trim();
    const mine = textsOf(choice, form).includes(rest) ? "" : rest;
    const text = stockOf(choice, form);
    target.value = mine ? `${mine}\n${text}` : text;
    target.dataset.stockText = text;
    if (form.elements.standard) form.elements.standard.value = list.value;
  }

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || event.target.matches("[data-stock-target]")) return;
    if (event.target.matches("[data-stock-pick]")) {
      pickStock(event.target, form);
      return;
    }
    showBlocks(form);
    fillStock(form);
  });

  /* ---------- Filling in what was decided before, or what is suggested ---------- */

  function setField(form, name, value) {
    const control = form.elements[name];
    if (!control) return;
    if (control instanceof RadioNodeList) {
      for (const each of control) each.checked = each.value === value;
    } else {
      control.value = value;
    }
  }

  function fill(form, values) {
    const target = form.querySelector("[data-stock-target]");
    for (const choice of all("input[type=radio]", form)) if (values.has(choice.name)) choice.checked = choice.value === values.get(choice.name);
    for (const list of all("details.p-second select", form)) if (!values.has(list.name)) list.value = "";
    for (const [name, value] of values) setField(form, name, value);
    showBlocks(form);
    if (!values.has("rationale")) fillStock(form);
    for (const details of all("details.p-second", form)) details.open ||= all("select", details).some((list) => list.value);
    if (target && values.has("rationale")) target.dataset.stockText = target.value.trim();
  }

  // On the way down: a link that htmx follows must not be followed as well.
  document.addEventListener(
    "click",
    (event) => {
      const control = event.target.closest("[data-fills]");
      const form = document.querySelector("form:has([data-stock-target])");
      if (!control || !form) return;
      event.preventDefault();
      event.stopPropagation();
      fill(form, new URLSearchParams(control.dataset.fills));
      say("Ingevuld. Er is nog niets vastgelegd.");
    },
    true,
  );

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-adds]");
    const words = button && document.getElementById(button.dataset.adds);
    const field = button && document.getElementById(button.dataset.to);
    if (!words || !field) return;
    field.value = `${field.value.trimEnd()}\n${words.innerText.trim()}`.trim();
    field.focus();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-stock-copy]");
    if (!button || !button.form) return;
    event.preventDefault();
    copyStock(button.form);
  });

  /* ---------- htmx ---------- */

  function prepare(within) {
    const forms = new Set(all("[data-shows], [data-stock]", within).map((element) => element.form || element.closest("form")));
    for (const form of forms) {
      if (!form) continue;
      const target = form.querySelector("[data-stock-target]");
      if (target && isUntouched(target, form)) target.dataset.stockText = target.value.trim();
      showBlocks(form);
    }
    labelSwitches(within);
    for (const button of all("[data-copies], [data-adds], [data-needs-script]", within)) button.hidden = false;
  }

  /* ---------- Copying an address ---------- */

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copies);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.labelCopied;
    } catch {
      field.focus(); // the text is selected: Ctrl+C
    }
  });

  /** What opens among the filters comes in sight: they scroll by themselves on a low screen. */
  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target.open && event.target.closest(".p-queue__head")) event.target.scrollIntoView({ block: "nearest" });
    },
    true,
  );

  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));

  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    if (!(part instanceof Element)) return;
    const goal = part.matches("[data-focus-after-swap]") ? part : part.querySelector("[data-focus-after-swap]");
    if (goal) focusOn(goal);
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches("[data-while-visible]") && document.hidden) event.preventDefault();
  });

  /* A whole page that lacks the part that was asked for, such as the log-in page when the session is over: go there. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, elt, isError } = event.detail;
    if (isError || !/^\s*<!doctype html/i.test(xhr.responseText)) return;
    const asked = elt.closest("[hx-select]");
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    if (asked && page.querySelector(asked.getAttribute("hx-select"))) return;
    event.detail.shouldSwap = false;
    window.location.assign(xhr.responseURL);
  });

  function sayItFailed(event) {
    if (event.detail.elt.matches("[data-quiet]")) return;
    const place = document.getElementById("p-messages");
    const words = document.getElementById("p-failed");
    if (!place || !words) return;
    place.replaceChildren(words.content.cloneNode(true));
    place.firstElementChild.focus();
  }

  document.addEventListener("htmx:responseError", sayItFailed);
  document.addEventListener("htmx:sendError", sayItFailed);

  readKeys();
  prepare(document);
})();
