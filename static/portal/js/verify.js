"use strict";

// Compare a file with the printed digest. The file never leaves this computer.
(() => {
  const box = document.querySelector(".hz-digest-check");
  if (!box) return;
  const input = box.querySelector("input[type=file]");
  const answer = box.querySelector("[role=status]");
  const say = (words, tone) => {
    answer.textContent = words;
    answer.className = `hz-digest-answer hz-message hz-tone-${tone}`;
  };
  box.hidden = false;
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    if (!window.crypto || !window.crypto.subtle) {
      say(box.dataset.failed, "wait");
      return;
    }
    try {
      const digest = await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
      const same = hex === box.dataset.digest;
      say(same ? box.dataset.same : box.dataset.different, same ? "done" : "stop");
    } catch {
      say(box.dataset.failed, "wait");
    }
  });
})();
