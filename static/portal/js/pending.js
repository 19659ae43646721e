"use strict";

// Say when the file is there, instead of loading the page again under the reader's hands.
(() => {
  const place = document.querySelector(".hz-ready");
  if (!place) return;
  const ask = async () => {
    const answer = await fetch(window.location.href, { method: "HEAD", credentials: "same-origin" }).catch(() => null);
    const kind = (answer && answer.ok && answer.headers.get("Content-Type")) || "";
    if (!kind.startsWith("application/pdf")) {
      window.setTimeout(ask, 3000);
      return;
    }
    place.textContent = place.dataset.ready;
    place.className = "hz-ready hz-message hz-tone-done";
  };
  window.setTimeout(ask, 1500);
})();
