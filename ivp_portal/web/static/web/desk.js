/* The desk on which points are weighed: the list, the open point and the form beside each other (templates/priorities/triage.html).

   It listens to data-ends-session: the form that logs somebody out. What it adds: the open row stays in sight; keys that are pressed while the next point is under way wait for it; what somebody was
   writing is still there when they come back to a point, in the same tab; nothing that has the focus lies under the bar that saves.
*/
"use strict";

(() => {
  const SWAPPED = new Set(["triage", "punt"]); // as priorities/views/point_screen.py names them
  const PATIENCE = 20; // so many keys wait
  const desk = () => document.getElementById("triage");

  /* ---------- The list ---------- */

  /** The open row stands in the part of the list that is not behind the bar under it; the page itself does not move. */
  function showOpenRow() {
    const row = document.querySelector(".p-queue__list .is-open");
    const list = row && row.closest(".p-queue__list");
    if (!list) return;
    const [of, within] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
    const bar = list.parentElement.querySelector(".p-queue__foot");
    const bottom = Math.min(within.bottom, bar ? bar.getBoundingClientRect().top : within.bottom, window.innerHeight);
    if (of.top >= within.top && of.bottom <= bottom) return;
    list.scrollTop += (of.top + of.bottom) / 2 - (within.top + bottom) / 2;
  }

  /** Another point is open, and the list beside it stayed: its row is the open one now. */
  function moveOpenRow() {
    const list = document.querySelector(".p-triage .p-queue__list");
    const link = list && [...list.querySelectorAll("li > a")].find((one) => one.pathname === window.location.pathname);
    const before = list && list.querySelector(".is-open");
    if (before && (!link || before !== link.parentElement)) mark(before, false);
    if (link) mark(link.parentElement, true);
    const view = document.querySelector(".p-queue__views [name=open]");
    if (view) view.value = window.location.pathname.split("/").at(-2);
  }

  function mark(row, isOpen) {
    const [box, link] = [row.querySelector("input"), row.querySelector("a")];
    row.classList.toggle("is-open", isOpen);
    if (isOpen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    if (box && isOpen) box.dataset.key = "x";
    else if (box) delete box.dataset.key;
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    if (!SWAPPED.has(event.detail.elt.id)) return;
    window.scrollTo({ top: 0, behavior: "instant" });
    if (event.detail.elt.id === "punt") moveOpenRow();
    showOpenRow();
    bringBack();
  });

  /* ---------- Keys while the next point is under way ---------- */

  let underWay = null;
  const waiting = [];

  const isTyping = (element) => element.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (SWAPPED.has(event.detail.target.id)) underWay = event.detail.xhr;
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr !== underWay) return;
    underWay = null;
    if (!event.detail.successful) waiting.length = 0;
    setTimeout(goOn); // when htmx has let go of the request too
  });

  function goOn() {
    while (waiting.length && !underWay) {
      const { key, ctrlKey } = waiting.shift();
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true }));
    }
  }

  // On the way down, before what a key does (portal.js).
  document.addEventListener(
    "keydown",
    (event) => {
      const { key, ctrlKey, altKey, metaKey, repeat, isTrusted, target } = event;
      if ((!underWay && !waiting.length) || altKey || metaKey || repeat || !isTrusted) return;
      const saves = ctrlKey && key === "Enter";
      if (!saves && (ctrlKey || key.length > 1 || key === " " || isTyping(target))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (waiting.length < PATIENCE) waiting.push({ key, ctrlKey });
    },
    true,
  );

  /* ---------- What somebody was writing ---------- */

  const KEPT = "ivp-text ";
  const memory = () => KEPT + window.location.pathname;
  const field = () => desk() && desk().querySelector(".p-decide [data-stock-target]");

  function remember(action) {
    try {
      return action(sessionStorage);
    } catch {
      return null; // a browser that keeps nothing
    }
  }

  document.addEventListener("input", (event) => {
    if (event.target === field()) remember((store) => store.setItem(memory(), event.target.value));
  });

  /** An empty field gets what was written in it before; a field with words in it has what counts now. */
  function bringBack() {
    const target = field();
    if (!target) return;
    const text = remember((store) => store.getItem(memory()));
    if (target.value.trim() || !text || !text.trim()) {
      remember((store) => store.removeItem(memory()));
      return;
    }
    target.value = text;
    const live = document.getElementById("p-live");
    if (live) live.textContent = "Wat u hier eerder schreef, staat er weer. Er is nog niets vastgelegd.";
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-ends-session]")) return;
    remember((store) => Object.keys(store).filter((key) => key.startsWith(KEPT)).forEach((key) => store.removeItem(key)));
  });

  /* ---------- The form ---------- */

  /** What somebody reaches with the keys never lies under the bar that saves: the page leaves room for that (scroll-padding). */
  document.addEventListener("focusin", (event) => {
    const { target } = event;
    if (target.closest(".p-decide__body") && target.matches(":focus-visible")) target.scrollIntoView({ block: "nearest", behavior: "instant" });
  });

  if (desk()) {
    showOpenRow();
    bringBack();
    const [navigation] = performance.getEntriesByType("navigation");
    const heading = document.getElementById("punt-kop");
    if (heading && navigation && navigation.type === "back_forward") heading.focus({ preventScroll: true });
  }
})();
