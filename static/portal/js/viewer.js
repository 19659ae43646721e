"use strict";

// Leaf through a document with the arrow keys, unless they are needed where the focus is.
(() => {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const wanted = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = wanted && document.querySelector(`[data-viewer] a[rel=${wanted}]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
})();
