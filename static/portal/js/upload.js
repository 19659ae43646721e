"use strict";

// Uploads piece by piece: progress, cancel, retry, several files at once, dropped or chosen. A lost connection is
// waited for; a session that ended is continued after signing in elsewhere. Without this script the plain form works.
(() => {
  const words = JSON.parse(document.getElementById("upload-words")?.textContent || "{}");
  const PAUSES = [1, 2, 4, 8, 15, 30, 30, 30, 60, 60];
  const say = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  class Refused extends Error {}
  class SignedOut extends Error {}
  class Away extends Error {}
  class Cancelled extends Error {}

  const token = (form) => form.querySelector("input[name=csrfmiddlewaretoken]");

  // After signing in elsewhere the page's token is an old one: the page itself knows the new one.
  const renew = async (form) => {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = fresh.querySelector("form[data-upload] input[name=csrfmiddlewaretoken]");
    if (found) document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((each) => { each.value = found.value; });
    return Boolean(found) && found !== token(form);
  };

  const ask = async (form, address, body, type, signal, renewed = false) => {
    let answer;
    try {
      const headers = { "X-CSRFToken": token(form).value, ...(type ? { "Content-Type": type } : {}) };
      const options = { method: body === null ? "GET" : "POST", headers, signal, redirect: "manual", credentials: "same-origin" };
      answer = await fetch(address, body === null ? options : { ...options, body });
    } catch (problem) {
      if (signal.aborted) throw new Cancelled();
      throw new Away();
    }
    if (answer.status >= 500 || answer.status === 429) throw new Away();
    if ((answer.headers.get("Content-Type") || "").startsWith("application/json")) {
      const said = await answer.json().catch(() => { throw new Away(); });
      if (said.error) throw new Refused(said.error);
      return { ...said, status: answer.status };
    }
    if (answer.status === 404) throw new Refused(words.gone);
    if (!renewed && (await renew(form).catch(() => false))) return ask(form, address, body, type, signal, true);
    throw new SignedOut();
  };

  const fields = (form, more) => {
    const body = new URLSearchParams(more);
    if (form.querySelector("input[name=stamped]")?.checked) body.set("stamped", "on");
    if (form.dataset.about) body.set("about", form.dataset.about);
    return body;
  };

  class Row {
    constructor(form, file) {
      this.form = form;
      this.file = file;
      this.line = form.querySelector("template").content.firstElementChild.cloneNode(true);
      this.bar = this.line.querySelector("progress");
      this.status = this.line.querySelector("[data-status]");
      this.line.querySelector("[data-name]").textContent = file.name;
      this.bar.setAttribute("aria-label", file.name);
      this.cancelButton = this.line.querySelector("[data-cancel]");
      this.retryButton = this.line.querySelector("[data-retry]");
      [this.cancelButton, this.retryButton].forEach((each) => each.setAttribute("aria-label", `${each.textContent} ${file.name}`));
      this.cancelButton.addEventListener("click", () => this.cancel());
      form.querySelector("[data-rows]").append(this.line);
      this.show("waiting");
    }

    show(state, values = {}, tone = "") {
      this.status.textContent = say(words[state] || values.text || "", values);
      // Read out when something happened, not with every piece.
      if (state !== "sending") this.form.querySelector("[data-announce]").textContent = `${this.file.name}：${this.status.textContent}`;
      this.line.className = `hz-upload-row${tone ? ` hz-tone-${tone}` : ""}`;
      this.retryButton.hidden = tone !== "stop";
      this.bar.hidden = tone === "stop" || tone === "done";
    }

    progress(received) {
      this.bar.value = received / Math.max(this.file.size, 1);
      this.show("sending", { percent: Math.floor(100 * this.bar.value) });
    }

    cancel() {
      this.control?.abort();
      this.cancelled = true;
      if (this.address) {
        fetch(`${this.address}cancel/`, { method: "POST", headers: { "X-CSRFToken": token(this.form).value } }).catch(() => {});
      }
      this.line.remove();
      this.wake?.();
      this.form.querySelector("input[type=file]").focus();
    }

    // Patiently: what the network lost is tried again after ever longer pauses, or at once when it is back.
    async patiently(act) {
      for (let tries = 0; ; tries += 1) {
        try {
          return await act();
        } catch (problem) {
          if (!(problem instanceof Away) || tries >= PAUSES.length) throw problem;
          this.show("away", { seconds: PAUSES[tries] }, "wait");
          await new Promise((wake) => {
            this.wake = wake;
            window.setTimeout(wake, PAUSES[tries] * 1000);
            window.addEventListener("online", wake, { once: true });
          });
          if (this.cancelled) throw new Cancelled();
        }
      }
    }

    async send() {
      this.control = new AbortController();
      const call = (address, body, type) => ask(this.form, address, body, type, this.control.signal);
      try {
        let there;
        if (!this.address) {
          const announced = fields(this.form, { name: this.file.name, size: this.file.size });
          there = await this.patiently(() => call(this.form.dataset.upload, announced));
          this.address = there.address;
          this.piece = there.piece;
        } else {
          there = await this.patiently(() => call(this.address, null));
        }
        let received = there.received;
        while (received < this.file.size) {
          this.progress(received);
          const from = received;
          const said = await this.patiently(() =>
            call(`${this.address}?offset=${from}`, this.file.slice(from, from + this.piece), "application/octet-stream"));
          if (said.status >= 400 && said.received === from) throw new Refused(words.gone);
          received = said.received;
        }
        this.progress(received);
        this.show("checking");
        await this.patiently(() => call(`${this.address}finish/`, fields(this.form, {})));
        this.show("done", {}, "done");
        this.cancelButton.hidden = true;
        return true;
      } catch (problem) {
        if (problem instanceof Cancelled) return false;
        if (problem instanceof Refused) this.address = "";
        const state = problem instanceof SignedOut ? "signed_out" : problem instanceof Away ? "gave_up" : "";
        this.show(state, { text: problem.message || words.gave_up }, "stop");
        return false;
      }
    }
  }

  // What is there now, as the page itself would show it.
  const refresh = async (form) => {
    const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const kept = document.getElementById(form.dataset.kept);
    const now = fresh.getElementById(form.dataset.kept);
    if (!kept || !now) return;
    kept.replaceWith(now);
    form.querySelectorAll(".hz-upload-row.hz-tone-done").forEach((line) => line.remove());
  };

  const enhance = (form) => {
    const input = form.querySelector("input[type=file]");
    const stamped = form.querySelector("input[name=stamped][data-required]");
    const waiting = [];
    let busy = false;

    const work = async () => {
      if (busy) return;
      busy = true;
      let any = false;
      while (waiting.length && !(stamped && !stamped.checked)) {
        const row = waiting.shift();
        if (!row.cancelled) any = (await row.send()) || any;
      }
      busy = false;
      waiting.forEach((row) => row.show("unstamped", {}, "wait"));
      if (any) await refresh(form);
    };
    const add = (files) => {
      for (const file of files) {
        const row = new Row(form, file);
        row.retryButton.addEventListener("click", () => { waiting.push(row); row.show("waiting"); work(); });
        waiting.push(row);
      }
      work();
    };

    form.hidden = false;
    document.querySelectorAll(`[data-plain="${form.dataset.kept}"]`).forEach((each) => { each.hidden = true; });
    form.querySelector("[type=submit]").hidden = true;
    form.addEventListener("submit", (event) => event.preventDefault());
    input.addEventListener("change", () => { add(input.files); input.value = ""; });
    stamped?.addEventListener("change", work);
    const zone = form.querySelector("[data-drop]");
    ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("hz-drop-over");
    }));
    ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, () => zone.classList.remove("hz-drop-over")));
    zone.addEventListener("drop", (event) => { event.preventDefault(); add(event.dataTransfer.files); });
  };

  document.querySelectorAll("form[data-upload]").forEach(enhance);
  // A file dropped beside the zone would take the place of the page.
  ["dragover", "drop"].forEach((name) => document.addEventListener(name, (event) => event.preventDefault()));
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-upload] progress:not([hidden])")) event.preventDefault();
  });
})();
