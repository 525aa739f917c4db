// Draws the charts of figures with uPlot, in the colours of the page. The table beside each says the same, so without
// this script nothing is missing; a chart is hidden from screen readers.

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function draw(figure) {
  const { x, series, lang } = JSON.parse(figure.dataset.chart);
  const ink = colour("--qy-soft"), line = colour("--qy-line");
  const strokes = [1, 2, 3].map((place) => colour(`--qo-line-${place}`));
  const dashes = [[], [8, 4], [2, 3]];
  const day = new Intl.DateTimeFormat(lang, { month: "numeric", day: "numeric", timeZone: "UTC" });
  const days = (_plot, values) => values.map((value) => day.format(new Date(value * 1000)));
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
  const short = new Intl.NumberFormat(lang, { notation: "compact" });
  const sums = (_plot, values) => values.map((value) => short.format(value));
  figure.textContent = "";
  new uPlot(
    {
      width: figure.clientWidth,
      height: 240,
      scales: { y: { range: (_plot, _low, high) => [0, Math.max(high || 0, 1)] } },
      legend: { live: false },
      cursor: { show: false },
      axes: [{ ...axis, values: days, space: 64 }, { ...axis, values: sums, size: 64, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12] }],
      series: [{}, ...series.map(({ label }, place) => ({ label, stroke: strokes[place % 3], dash: dashes[place % 3], width: 2 }))],
    },
    [x, ...series.map(({ values }) => values)],
    figure,
  );
}

const charts = [...document.querySelectorAll("[data-chart]")];
const all = () => charts.forEach((figure) => {
  figure.hidden = false;
  draw(figure);
});
all();
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth !== width) {
    width = innerWidth;
    all();
  }
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
