"use strict";

// Rows of a table are added and removed at once; without this script the same buttons ask the server.
(() => {
  const number = (box) => {
    box.querySelectorAll("tbody [data-row]").forEach((row, place) => {
      const old = row.querySelector("th [data-number]").textContent;
      row.querySelectorAll("[data-number]").forEach((each) => { each.textContent = place + 1; });
      row.querySelectorAll("[aria-label]").forEach((each) => {
        each.setAttribute("aria-label", each.getAttribute("aria-label").replace(old, String(place + 1)));
      });
    });
  };
  const tell = (box) => box.dispatchEvent(new Event("input", { bubbles: true }));
  const next = (box) =>
    Math.max(-1, ...[...box.querySelectorAll("tbody [name]")].map((each) => Number((/-(\d+)-\w+$/.exec(each.name) || [0, -1])[1]))) + 1;
  const empty = (row) => {
    row.querySelectorAll("[name]:not(button)").forEach((each) => {
      each.value = "";
      each.classList.remove("is-invalid");
      each.removeAttribute("aria-invalid");
    });
    return row;
  };
  const add = (box) => {
    const last = box.querySelector("tbody [data-row]:last-child");
    const row = empty(last.cloneNode(true));
    const fresh = next(box);
    row.querySelectorAll("[name]:not(button)").forEach((each) => { each.name = each.name.replace(/-\d+-(\w+)$/, `-${fresh}-$1`); });
    row.querySelectorAll("button").forEach((each) => { each.value = each.value.replace(/\d+$/, fresh); });
    last.after(row);
    number(box);
    return row;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest('.hz-rows button[name="rows"]');
    if (!button) return;
    event.preventDefault();
    const box = button.closest(".hz-rows");
    if (button.value.startsWith("add:")) {
      add(box).querySelector("input, select, textarea").focus();
    } else {
      const row = button.closest("[data-row]");
      const beside = row.nextElementSibling || row.previousElementSibling;
      if (beside) {
        row.remove();
        number(box);
      } else {
        empty(row);
      }
      (beside || row).querySelector("input, select, textarea").focus();
    }
    tell(box);
  });
  // A block of cells pasted into one of them fills the cells to its right and below.
  document.addEventListener("paste", (event) => {
    const cell = event.target.closest(".hz-rows tbody [name]");
    const text = cell && event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!text.includes("\t") || text.includes('"')) return;
    event.preventDefault();
    const box = cell.closest(".hz-rows");
    let row = cell.closest("[data-row]");
    const from = [...row.querySelectorAll("[name]:not(button)")].indexOf(cell);
    for (const line of text.replace(/\r/g, "").replace(/\n+$/, "").split("\n")) {
      row = row || add(box);
      const cells = [...row.querySelectorAll("[name]:not(button)")].slice(from);
      line.split("\t").forEach((words, place) => {
        const target = cells[place];
        if (!target) return;
        const choice = target.options && [...target.options].find((each) => each.text === words.trim());
        target.value = choice ? choice.value : words.trim();
      });
      row = row.nextElementSibling;
    }
    tell(box);
  });
})();
