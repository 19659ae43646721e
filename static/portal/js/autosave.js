"use strict";

// Saves a section while it is being typed. What cannot be saved stays on this computer until it can.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const { person, number, section, state: stateAddress } = form.dataset;
  const copies = window.localCopies;
  const key = copies.key(person, number, section);
  const version = form.querySelector("[name=version]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  const line = document.getElementById("saving");
  const shown = document.getElementById("saving-words");
  const aloud = document.getElementById("saving-said");
  const ways = {
    signIn: document.getElementById("saving-sign-in"),
    compare: document.getElementById("saving-compare"),
    load: document.getElementById("saving-load"),
  };
  const PAUSE = 1500, LONGEST = 10000, PATIENCE = 20000, ASK = 25000, ASK_SIGNED_OUT = 3000, IDLE = 120000;
  // A page may be left with at most 64 KiB on their way.
  const PARTING = 60000;
  const STOPPED = ["stale", "other", "refused", "waiting"];

  const pairs = () => Array.from(new FormData(form)).filter(
    ([name, value]) => typeof value === "string" && name !== token.name && name !== version.name && !name.startsWith("adopt-"),
  ).map(([name, value]) => [name, value.replace(/\r\n?/g, "\n")]);
  const written = () => JSON.stringify(pairs());

  let saved = written();
  let mode = form.dataset.autosave === "waiting" ? "waiting" : "ready";
  let busy = false, again = 0, typing = 0, since = 0, tries = 0, active = Date.now(), leaving = false;
  // The button pressed while a save was on its way: it goes on with the edition that save brings back.
  let pressed = null;

  const say = (word, words) => {
    const tones = { saved: "done", ready: "idle", saving: "idle", elsewhere: "wait", waiting: "wait", kept: "wait" };
    const changed = mode !== word;
    mode = word;
    line.hidden = false;
    line.className = `hz-saving hz-tone-${tones[word] || "stop"}`;
    shown.textContent = words || line.dataset[word] || "";
    if (changed && word !== "saving") aloud.textContent = shown.textContent;
    ways.signIn.hidden = word !== "signedOut";
    ways.compare.hidden = !(word === "stale" && written() !== saved);
    ways.load.hidden = !(word === "stale" && written() === saved);
  };

  const keep = () => {
    if (leaving || written() === saved) return;
    const kept = copies.write(key, { at: Date.now(), version: version.value, pairs: pairs() });
    if (!kept && mode === "offline") shown.textContent = `${line.dataset.offline}${line.dataset.unkept}`;
  };

  const later = (word) => {
    say(word);
    keep();
    window.clearTimeout(again);
    again = window.setTimeout(send, Math.min(60000, 2000 * 2 ** tries));
    tries += 1;
  };

  const ask = async () => {
    try {
      const answer = await fetch(stateAddress, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.status === 401) return { signedOut: true };
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  };

  // The session or the token has changed since the page was loaded.
  const renewed = async () => {
    const now = await ask();
    if (!now) return later("trouble");
    if (now.signedOut) return signedOut();
    if (now.person !== person) return say("other");
    const fresh = now.token;
    document.querySelectorAll(`[name=${token.name}]`).forEach((each) => { each.value = fresh; });
    if (tries > 3) return say("refused");
    tries += 1;
    return send();
  };

  const signedOut = () => {
    say("signedOut");
    keep();
    window.clearTimeout(again);
    again = window.setTimeout(() => { if (mode === "signedOut") renewed(); }, ASK_SIGNED_OUT);
  };

  const heard = async (answer, sent) => {
    if (answer.status === 401) return signedOut();
    if (answer.status === 403) return renewed();
    if (answer.status >= 500 || answer.status === 429) return later("trouble");
    let told;
    try {
      told = await answer.json();
    } catch {
      return say("refused");
    }
    tries = 0;
    if (told.outcome === "stale") return stale();
    if (told.outcome === "refused") return say("refused", told.said);
    version.value = told.version;
    saved = sent;
    if (written() === saved) copies.forget(key);
    say(told.outcome, told.said);
    if (told.outcome === "saved") channel.postMessage({ section, kind: "saved", version: told.version });
    return undefined;
  };

  const send = async (parting = false) => {
    window.clearTimeout(typing);
    window.clearTimeout(again);
    since = 0;
    const sent = written();
    if (busy || leaving || STOPPED.includes(mode) || sent === saved) return;
    if (!navigator.onLine) { later("offline"); return; }
    const body = new URLSearchParams([...pairs(), [version.name, version.value], [token.name, token.value]]);
    const keepalive = parting === true && body.toString().length < PARTING;
    busy = true;
    if (!["signedOut", "offline", "trouble"].includes(mode)) say("saving");
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST", headers: { Accept: "application/json" }, body, keepalive, redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
      busy = false;
      await heard(answer, sent);
    } catch {
      busy = false;
      pressed = null;
      later("offline");
    }
    if (pressed) form.requestSubmit(pressed.button);
    else if (mode === "saved" && written() !== saved) soon();
  };

  const soon = () => {
    if (mode === "stale") say("stale", shown.textContent);
    if (written() === saved || leaving) return;
    keep();
    if (STOPPED.includes(mode)) return;
    since = since || Date.now();
    window.clearTimeout(typing);
    typing = window.setTimeout(send, Math.min(PAUSE, Math.max(0, LONGEST - (Date.now() - since))));
  };

  const stale = (by) => {
    keep();
    say("stale", by ? `${line.dataset.staleBy}${by}` : "");
  };

  const channel = "BroadcastChannel" in window
    ? new BroadcastChannel(`haizhi-form:${person}:${number}`) : { postMessage() {} };
  channel.onmessage = ({ data }) => {
    if (data.section !== section || STOPPED.includes(mode)) return;
    if (data.kind === "open") channel.postMessage({ section, kind: "here" });
    if (data.kind === "saved" && data.version > Number(version.value)) stale();
    else if (["open", "here"].includes(data.kind) && ["ready", "saved"].includes(mode)) say("elsewhere");
  };

  const look = async () => {
    if (document.hidden || busy || mode === "signedOut" || STOPPED.includes(mode)) return;
    const now = await ask();
    if (busy || !now) return;
    if (now.signedOut) signedOut();
    else if (now.person !== person) say("other");
    else if (now.version > Number(version.value)) stale(now.saved);
  };

  const offerCopy = () => {
    const box = document.getElementById("local-copy");
    const copy = copies.read(key);
    if (!copy || !Array.isArray(copy.pairs)) return;
    if (!box || JSON.stringify(copy.pairs) === saved) {
      if (mode !== "waiting") copies.forget(key);
      return;
    }
    const words = box.querySelector("[data-words]");
    words.textContent = words.dataset.words.replace("{time}", new Date(copy.at).toLocaleString("zh-CN"));
    const carrier = box.querySelector("form");
    copy.pairs.forEach(([name, value]) => {
      const field = document.createElement("textarea");
      field.hidden = true;
      field.name = name;
      field.value = value;
      carrier.append(field);
    });
    box.querySelector("[data-discard]").addEventListener("click", () => { copies.forget(key); box.remove(); });
    box.hidden = false;
  };

  ["input", "change", "click"].forEach((kind) => form.addEventListener(kind, () => { active = Date.now(); soon(); }));
  form.addEventListener("focusout", () => { if (written() !== saved) send(); });
  form.addEventListener("submit", (event) => {
    if (busy) {
      event.preventDefault();
      pressed = { button: event.submitter };
      return;
    }
    keep();
    leaving = true;
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) { keep(); send(true); } else look(); });
  document.addEventListener("haizhi:leaving", () => { send(true); leaving = true; });
  document.addEventListener("haizhi:closing", () => send());
  window.addEventListener("pagehide", () => { keep(); send(true); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; look(); } });
  window.addEventListener("online", () => send());
  window.addEventListener("focus", () => { if (mode === "signedOut") renewed(); else look(); });
  window.setInterval(() => { if (Date.now() - active < IDLE) look(); }, ASK);
  offerCopy();
  say(mode);
  channel.postMessage({ section, kind: "open" });
})();
