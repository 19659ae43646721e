"use strict";

// While staff choose a deadline: whether anybody works on that day, and when the next working day is.
(() => {
  const address = document.currentScript.dataset.ask;
  document.querySelectorAll("input[data-deadline]").forEach((field) => {
    const place = document.createElement("p");
    place.className = "hz-day-hint";
    place.id = `${field.id}_day_hint`;
    place.setAttribute("role", "status");
    field.insertAdjacentElement("afterend", place);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${place.id}`.trim());
    let asked = "";
    const ask = async () => {
      const day = field.value.trim();
      if (day === asked) return;
      asked = day;
      let hint = "";
      try {
        const query = new URLSearchParams({ day });
        const answer = day && await fetch(`${address}?${query}`, { headers: { Accept: "application/json" } });
        if (answer && answer.ok) ({ hint } = await answer.json());
      } catch {
        hint = "";
      }
      if (day === asked) place.textContent = hint;
    };
    field.addEventListener("input", ask);
    field.addEventListener("change", ask);
    ask();
  });
})();
