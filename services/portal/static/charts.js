// Charts that can be read: the drawing that came with the page is replaced by one that answers to pointer and arrow keys.
// Without script, without the library or with too few points the drawing and the table stay.
"use strict";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const language = document.documentElement.lang || "en";

const draw = (place) => {
  const { days, values, first } = JSON.parse(place.dataset.plot);
  if (!window.uPlot || values.filter((v) => v !== null).length < 2) return;
  const unit = place.dataset.unit ? ` ${place.dataset.unit}` : "";
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const months = new Intl.DateTimeFormat(language, { month: "short", year: "numeric", timeZone: "UTC" });
  const seconds = days.map((d) => Date.parse(d) / 1000);
  const text = (i) => {
    const value = values[i] === null ? "–" : numbers.format(values[i]) + unit;
    const before = first[i] === null || first[i] === values[i] ? "" : ` (${place.dataset.first} ${numbers.format(first[i])}${unit})`;
    return `${months.format(seconds[i] * 1000)}: ${value}${before}`;
  };

  const readout = document.createElement("p");
  readout.className = "readout";
  const last = values.findLastIndex((v) => v !== null);
  let at = last;
  const tell = (i) => {
    at = i;
    readout.textContent = text(i);
    place.setAttribute("aria-valuenow", i);
    place.setAttribute("aria-valuetext", text(i));
  };

  const axis = { stroke: () => token("--muted"), grid: { stroke: () => token("--line"), width: 1 }, ticks: { show: false }, font: "14px system-ui, sans-serif" };
  const all = [...values, ...first].filter((v) => v !== null);
  const edge = (v) => (v === 0 ? 0 : v * 1.05);
  place.replaceChildren();
  const plot = new uPlot({
    width: place.clientWidth, height: 220, legend: { show: false }, padding: [8, 16, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 9, fill: () => token("--accent") } },
    scales: { x: { time: true }, y: { range: [edge(Math.min(0, ...all)), edge(Math.max(0, ...all)) || 1] } },
    tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), "Etc/UTC"),
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((t) => months.format(t * 1000)), space: 90 },
      { ...axis, values: (_, ticks) => ticks.map((t) => numbers.format(t) + unit), size: 90 },
    ],
    series: [
      {},
      { stroke: () => token("--t1"), width: 2, points: { size: 5, fill: () => token("--t1") } },
      { stroke: () => "transparent", width: 0, points: { show: true, size: 9, stroke: () => token("--accent"), fill: () => token("--paper"), width: 2 } },
    ],
    hooks: { setCursor: [(u) => u.cursor.idx != null && tell(u.cursor.idx)] },
  }, [seconds, values, first], place);
  place.append(readout);

  const move = (i) => {
    const to = Math.max(0, Math.min(values.length - 1, i));
    plot.setCursor({ left: plot.valToPos(seconds[to], "x"), top: plot.bbox.height / devicePixelRatio / 2 });
    tell(to);
  };
  place.tabIndex = 0;
  place.setAttribute("role", "slider");
  place.setAttribute("aria-label", `${place.dataset.label}. ${place.dataset.keys}`);
  place.setAttribute("aria-valuemin", 0);
  place.setAttribute("aria-valuemax", values.length - 1);
  tell(last);
  place.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: values.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: 220 })).observe(place.parentElement);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.redraw());
};

for (const place of document.querySelectorAll("[data-plot]")) draw(place);
