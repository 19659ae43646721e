"use strict";

// Bring the progress up to date in place, so that nothing jumps under the reader's hands.
(() => {
  const place = () => document.getElementById("making");
  const ask = async () => {
    const answer = await fetch(window.location.href, { credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok && !answer.redirected) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("making");
      if (fresh && fresh.textContent !== place().textContent) place().replaceWith(document.adoptNode(fresh));
    }
    if (place().dataset.open === "yes") window.setTimeout(ask, 1500);
  };
  window.setTimeout(ask, 1000);
})();
