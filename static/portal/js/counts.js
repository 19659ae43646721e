"use strict";

// Typed and allowed characters under every long field, counted as the portal counts them.
(() => {
  const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
  const EDGES = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");
  const NEAR = 0.9;
  const counted = (text) => Array.from(text.replace(/\r\n?/g, "\n").replace(EDGES, "")).length;

  // Of a formatted answer only the words count: not its marks, not its line breaks.
  const wordsOf = (html) => {
    const body = new DOMParser().parseFromString(html, "text/html").body;
    return Array.from(body.textContent.replace(/[\r\n]/g, "")).length;
  };

  const watch = (field) => {
    const rich = field.closest("[data-rich]");
    const atFirst = field.value;
    const length = () => {
      if (!rich) return counted(field.value);
      return wordsOf(field.value === atFirst ? rich.dataset.html : field.value);
    };
    const limit = Number(field.dataset.limit);
    const count = document.createElement("p");
    count.className = "hz-typed";
    const shown = document.createElement("span");
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    shown.setAttribute("aria-hidden", "true");
    count.append(shown, said);
    field.insertAdjacentElement("afterend", count);
    let before = "";
    let pause = 0;
    const tell = () => {
      const typed = length();
      const state = typed > limit ? "over" : typed >= limit * NEAR ? "near" : "";
      count.className = state ? `hz-typed hz-typed-${state}` : "hz-typed";
      shown.textContent = typed > limit ? `${typed} / ${limit} 字，超出 ${typed - limit} 字` : `${typed} / ${limit} 字`;
      window.clearTimeout(pause);
      if (!state && !before) return;
      const words = typed > limit ? `超出 ${typed - limit} 字` : state ? `还可以写 ${limit - typed} 字` : "";
      pause = window.setTimeout(() => { said.textContent = words; }, 1000);
      before = state;
    };
    field.addEventListener("input", tell);
    field.addEventListener("change", tell);
    tell();
  };
  document.querySelectorAll("textarea[data-limit], input[data-limit]").forEach(watch);
})();
