"use strict";

// The last hour before a deadline, by the portal's clock: the page knows only how long is left since it was loaded.
(() => {
  const ALOUD = [30, 10, 5, 1];
  document.querySelectorAll(".hz-countdown").forEach((place) => {
    const words = place.querySelector(".hz-countdown-words");
    const aloud = place.querySelector("[role=status]");
    const closes = performance.now() + Number(place.dataset.seconds) * 1000;
    const lastHour = Number(place.dataset.last);
    const due = (seconds) => ALOUD.filter((minutes) => seconds <= minutes * 60).length;
    let said = due(Number(place.dataset.seconds));

    const tick = () => {
      const left = Math.ceil((closes - performance.now()) / 1000);
      if (left <= 0) {
        place.hidden = false;
        place.className = "hz-countdown hz-message hz-tone-stop";
        words.textContent = aloud.textContent = place.dataset.over;
        document.dispatchEvent(new Event("haizhi:closed"));
        return;
      }
      if (left > lastHour) {
        window.setTimeout(tick, Math.min((left - lastHour) * 1000, 600000));
        return;
      }
      place.hidden = false;
      const clock = `${String(Math.floor(left / 60)).padStart(2, "0")}:${String(left % 60).padStart(2, "0")}`;
      words.textContent = place.dataset.left.replace("{left}", clock).replace("{at}", place.dataset.at);
      if (due(left) > said) {
        said = due(left);
        aloud.textContent = place.dataset.said.replace("{minutes}", String(Math.ceil(left / 60)));
      }
      if (left === 5) document.dispatchEvent(new Event("haizhi:closing"));
      window.setTimeout(tick, (closes - performance.now()) % 1000 || 1000);
    };
    tick();
  });
})();
