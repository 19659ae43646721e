"use strict";

// Turn the document on the right without loading the page again, and keep what is typed on the left as one works.
(() => {
  const pane = document.getElementById("document");
  const form = document.getElementById("review");
  const place = document.querySelector("[data-kept]");

  const show = async (address) => {
    const url = new URL(address, window.location.href);
    const asked = new URL(url);
    asked.searchParams.set("pane", "document");
    const answer = await fetch(asked, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return false;
    const read = new DOMParser().parseFromString(await answer.text(), "text/html");
    pane.replaceChildren(...read.body.childNodes);
    pane.scrollTop = 0;
    return url;
  };

  document.addEventListener("click", async (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-document], #document [data-viewer] nav a");
    if (!link || !pane) return;
    event.preventDefault();
    const words = link.textContent;
    const url = await show(link.href);
    if (!url) {
      window.location.href = link.href;
      return;
    }
    window.history.pushState({}, "", url);
    const again = [...pane.querySelectorAll("a")].find((each) => each.textContent === words);
    (pane.contains(document.activeElement) || !again ? pane : again).focus({ preventScroll: true });
    if (pane.getBoundingClientRect().top > window.innerHeight) pane.scrollIntoView();
  });
  window.addEventListener("popstate", () => show(window.location.href));

  if (!form || !place) return;
  let waiting = null;
  const keep = async () => {
    waiting = null;
    const filled = new FormData(form);
    filled.delete("scan");
    filled.set("do", "save");
    const options = { method: "POST", body: filled, credentials: "same-origin", headers: { "X-Requested-With": "fetch" } };
    const answer = await fetch(window.location.pathname, options).catch(() => null);
    place.textContent = answer && answer.status === 204 ? place.dataset.saved : place.dataset.lost;
  };
  const later = (event) => {
    if (!event.target.form || event.target.form.id !== "review") return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 1200);
  };
  document.addEventListener("input", later);
  document.addEventListener("change", later);
})();
