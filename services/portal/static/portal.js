// Comfort only; every page works without it.
"use strict";

// A changed choice takes effect at once; without script the button does it.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && event.target.matches("select")) form.requestSubmit();
});

// Choices left at "all" need not stand in the address.
document.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});

// "/" goes to the search, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const search = document.querySelector("input[type=search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// An event link or the address may point into a closed part: open it.
const open = () => {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  (target?.closest("details") ?? target?.querySelector("details.fold"))?.setAttribute("open", "");
};
addEventListener("hashchange", open);
open();

// Preparing a QBR is measured in active minutes: every five minutes in which something was done here, say so once.
const preparing = document.querySelector("[data-active]");
if (preparing && crypto.randomUUID) {
  let active = true;
  for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, () => (active = true), { passive: true });
  const tell = () => {
    if (!active || document.hidden) return;
    active = false;
    const body = new URLSearchParams({ _command: crypto.randomUUID() });
    fetch(preparing.dataset.active, { method: "POST", body, redirect: "manual" }).catch(() => (active = true));
  };
  tell();
  setInterval(tell, 5 * 60 * 1000);
}
