/* Selected words of a letter become the quotation of the new point. The page works without this: with the plus, or by pasting.

   It listens to these attributes:
     data-letter         the letter; what is selected in it is taken over
     data-paragraph      each of its paragraphs, whose words are those that are not in a [data-mark]
     data-quote-target   the textarea that gets the words
     data-quote-before   the hidden fields that get what stands right before and after them, so that the server finds the place
     data-quote-after
     data-quote-form     the part of the page that is brought into view then
*/
"use strict";

(() => {
  const AROUND = 120;
  const SHORTEST = 3;

  /** The words in a range without the numbers drawn in them; a new line for each paragraph. */
  function wordsIn(range) {
    const part = range.cloneContents();
    for (const mark of part.querySelectorAll("[data-mark]")) mark.remove();
    for (const paragraph of part.querySelectorAll("[data-paragraph]")) paragraph.prepend("\n");
    return part.textContent;
  }

  function around(letter, range) {
    const before = document.createRange();
    before.selectNodeContents(letter);
    before.setEnd(range.startContainer, range.startOffset);
    const after = document.createRange();
    after.selectNodeContents(letter);
    after.setStart(range.endContainer, range.endOffset);
    return [wordsIn(before).slice(-AROUND), wordsIn(after).slice(0, AROUND)];
  }

  function takeSelection() {
    const letter = document.querySelector("[data-letter]");
    const target = document.querySelector("[data-quote-target]");
    const selection = document.getSelection();
    if (!letter || !target || !selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!letter.contains(range.startContainer) || !letter.contains(range.endContainer)) return;
    const words = wordsIn(range).trim();
    if (words.length < SHORTEST || words === target.value) return;
    target.value = words;
    [
      document.querySelector("[data-quote-before]").value,
      document.querySelector("[data-quote-after]").value,
    ] = around(letter, range);
    document.querySelector("[data-quote-form]").scrollIntoView({ block: "nearest" });
    document.getElementById("p-live").textContent = `Citaat overgenomen: ${words.slice(0, 80)}`;
  }

  document.addEventListener("mouseup", () => setTimeout(takeSelection));
  document.addEventListener("touchend", () => setTimeout(takeSelection));
  document.addEventListener("keyup", (event) => {
    if (event.shiftKey || event.key === "Shift") takeSelection();
  });
})();
