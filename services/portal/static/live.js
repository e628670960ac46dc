// Live parts: the number of unread alerts and the lights on this page. Every page works without them.
"use strict";

const lights = () => [...document.querySelectorAll("[data-light]")];

const show = {
  inbox({ unread }) {
    for (const place of document.querySelectorAll("[data-inbox]")) {
      place.textContent = unread ? String(Math.min(unread, 99)) : "";
      if (!unread) continue;
      const word = document.createElement("span");
      word.className = "vh";
      word.textContent = ` ${document.body.dataset.unread}`;
      place.append(word);
    }
  },
  light({ account, lamp, word }) {
    for (const place of lights().filter((e) => e.dataset.light === account)) {
      if (place.textContent === word) continue;
      place.className = `lamp light ${lamp} changed`;
      place.textContent = word;
    }
  },
};

// A connection is held only by the page that is looked at; a hidden one comes back when it is shown again.
let source = null;
let wait = 5_000;
const listen = () => {
  if (source || document.hidden || !document.body.dataset.live) return;
  const accounts = [...new Set(lights().map((e) => e.dataset.light))].slice(0, 150);
  source = new EventSource(`${document.body.dataset.live}?accounts=${accounts.join(",")}`);
  for (const [kind, does] of Object.entries(show)) source.addEventListener(kind, (e) => does(JSON.parse(e.data)));
  source.addEventListener("open", () => (wait = 5_000));
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return; // the browser comes back by itself
    source = null; // refused: too many listen, or the portal is away
    setTimeout(listen, wait);
    wait = Math.min(wait * 2, 300_000);
  });
};
const leave = () => {
  source?.close();
  source = null;
};
document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
addEventListener("pagehide", leave);
addEventListener("pageshow", listen);

// Opening an alert that was sent to me means that I have seen it.
const seen = document.querySelector("[data-see]");
if (seen && crypto.randomUUID) {
  const body = new URLSearchParams({ _command: crypto.randomUUID(), alert_id: seen.dataset.alert });
  fetch(seen.dataset.see, { method: "POST", body, redirect: "manual" }).catch(() => {});
}

// The inbox by keyboard: j and k walk, a acknowledges, s snoozes, d delegates, Enter opens.
const inbox = document.querySelector("[data-inbox-keys]");
if (inbox) {
  document.querySelector(".keys").hidden = false;
  const items = [...inbox.children];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, button, summary") && !"jk".includes(event.key)) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    const at = items.findIndex((item) => item.contains(document.activeElement));
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      items[Math.max(0, Math.min(items.length - 1, at + (event.key === "j" ? 1 : -1)))].focus();
    } else if (event.key === "Enter" && document.activeElement === items[at]) {
      items[at].querySelector("a").click();
    } else if ("asd".includes(event.key)) {
      const part = items[at]?.querySelector(`[data-key=${event.key}]`);
      if (!part) return;
      event.preventDefault();
      const fold = part.querySelector("details");
      if (fold) fold.open = true;
      if (fold) part.querySelector("input:not([type=hidden]), select").focus();
      else part.querySelector("form").requestSubmit();
    }
  });
}
