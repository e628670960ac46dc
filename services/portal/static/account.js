// Comfort on the pages of an account: the slider, dragging cards, arrows in the search. Every page works without it.
"use strict";

// The slider moves the date field; half a second after the last step the page of that day is loaded, with the focus kept.
for (const form of document.querySelectorAll("form[data-slider]")) {
  const range = form.querySelector("input[type=range]");
  const field = form.querySelector("input[name=as_of]");
  const first = Date.parse(form.dataset.slider);
  let timer = 0;
  const send = () => {
    sessionStorage.setItem("slider", "1");
    if (field.value === field.max) field.disabled = true; // today is the page without a day
    form.requestSubmit();
  };
  range.disabled = false;
  form.classList.add("on");
  range.addEventListener("input", () => {
    field.value = new Date(first + range.value * 86_400_000).toISOString().slice(0, 10);
    range.setAttribute("aria-valuetext", field.value);
    clearTimeout(timer);
  });
  range.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(send, 500);
  });
  if (sessionStorage.getItem("slider")) range.focus({ preventScroll: true });
  sessionStorage.removeItem("slider");
}

// A card dropped in another quadrant posts what the form beside the person posts.
const move = document.querySelector("form[data-move]");
if (move) {
  move.hidden = false;
  const half = 3; // from here on power and interest count as high
  let dragged = null;
  const nearest = (value, high) => (high ? (value >= half ? value : 4) : value && value < half ? value : 2);
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-person]") ?? null;
    if (!dragged) return;
    dragged.classList.add("moving");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.person);
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("moving");
    for (const section of document.querySelectorAll(".over")) section.classList.remove("over");
  });
  for (const section of document.querySelectorAll("[data-quadrant]")) {
    section.addEventListener("dragover", (event) => {
      if (!dragged || section.contains(dragged)) return;
      event.preventDefault();
      section.classList.add("over");
    });
    section.addEventListener("dragleave", () => section.classList.remove("over"));
    section.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!dragged || section.contains(dragged)) return;
      const powerful = ["keep_satisfied", "manage_closely"].includes(section.dataset.quadrant);
      const interested = ["keep_informed", "manage_closely"].includes(section.dataset.quadrant);
      move.elements.subject_id.value = dragged.dataset.person;
      move.elements.power.value = nearest(Number(dragged.dataset.power), powerful);
      move.elements.interest.value = nearest(Number(dragged.dataset.interest), interested);
      move.requestSubmit();
    });
  }
}

// In the results of a search the arrows lead from hit to hit, from the field too.
const hits = [...document.querySelectorAll("[data-hits] li a")];
document.addEventListener("keydown", (event) => {
  if (!hits.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const at = hits.indexOf(document.activeElement);
  if (at < 0 && document.activeElement?.id !== "q") return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  (next < 0 ? document.getElementById("q") : hits[Math.min(next, hits.length - 1)])?.focus();
});
