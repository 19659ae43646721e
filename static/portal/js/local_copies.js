"use strict";

// What could not be saved, kept on this computer for the person who typed it and for nobody else.
window.localCopies = (() => {
  const PREFIX = "haizhi-typed:";
  const kept = () => {
    try {
      return Object.keys(window.localStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  };
  const forget = (key) => {
    try {
      window.localStorage.removeItem(key);
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  };
  const copies = {
    key: (person, number, section) => `${PREFIX}${person}:${number}:${section}`,
    read(key) {
      try {
        return JSON.parse(window.localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    write(key, copy) {
      try {
        window.localStorage.setItem(key, JSON.stringify(copy));
        return true;
      } catch {
        return false;
      }
    },
    forget,
  };

  const person = document.body.dataset.person;
  if (person) kept().filter((key) => !key.startsWith(`${PREFIX}${person}:`)).forEach(forget);
  document.querySelectorAll("[data-about^='saved:']").forEach((message) => {
    const [, number, section] = message.dataset.about.split(/[:\s]/);
    if (person) forget(copies.key(person, number, section));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-sign-out]")) return;
    document.dispatchEvent(new Event("haizhi:leaving"));
    kept().forEach(forget);
  });
  return copies;
})();
