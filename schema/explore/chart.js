// An answer as a chart: its columns, which of them are drawn at first, and the drawing.

import { make, the } from "./dom.js";
import { dark, PALETTE, shade } from "./looks.js";
import { text } from "./values.js";
import { language, word } from "./words.js";

const CHARTED = 2000;
const TIME = /^\d{4}-\d{2}-\d{2}(T|$)/;
const NUMBER_OF_ROW = { at: -1, kind: "row" };
let rows = [];
let columns = [];
let chart = null;

/** Has the chart follow what is chosen, its room, and the page's language and colours. */
export function openChart() {
  for (const id of ["chart-form", "chart-x", "chart-y"]) the(id).addEventListener("change", draw);
  the("language").addEventListener("click", () => { if (shown()) draw(); });
  dark.addEventListener("change", () => { if (shown()) draw(); });
  new ResizeObserver(() => chart?.resize()).observe(the("chart"));
}

/** Draws the answer: as the one before where it has the same columns, else as its columns suggest. */
export function drawChart(answer) {
  const found = (answer.columns ?? []).map((name, at) => ({ name, at, kind: kindOf(answer.rows.map((row) => row[at])) }));
  const same = JSON.stringify(found) === JSON.stringify(columns);
  rows = (answer.rows ?? []).slice(0, CHARTED);
  columns = found;
  the("charted").textContent = (answer.rows ?? []).length > CHARTED ? `${word("shownRows")} ${CHARTED}` : "";
  const numbers = columns.filter((one) => one.kind === "number");
  const none = !numbers.length;
  for (const id of ["chart-choices", "chart"]) the(id).hidden = none;
  the("no-chart").hidden = !none;
  if (none) return;
  if (!same) propose(numbers);
  draw();
}

function shown() {
  return !the("result-chart").hidden && !the("chart").hidden;
}

/** `number`; `time` where every value is an ISO date or time; else `text`. What is null says nothing. */
function kindOf(values) {
  const said = values.filter((value) => value !== null);
  if (said.length && said.every((value) => typeof value === "number")) return "number";
  if (said.length && said.every((value) => TIME.test(value) && !Number.isNaN(Date.parse(value)))) return "time";
  return "text";
}

/** The first column of texts or times against the first of numbers; without the former, numbers against numbers or rows. */
function propose(numbers) {
  const x = columns.find((one) => one.kind !== "number") ?? (numbers.length > 1 ? numbers[0] : NUMBER_OF_ROW);
  const y = numbers.find((one) => one !== x);
  const option = (one) => make("option", { value: one.at }, one.name);
  the("chart-x").replaceChildren(...columns.map(option), make("option", { value: NUMBER_OF_ROW.at, "data-word": "rowNumber" }, word("rowNumber")));
  the("chart-y").replaceChildren(...numbers.map(option));
  the("chart-x").value = x.at;
  the("chart-y").value = y.at;
  the("chart-form").value = { text: "bar", number: "scatter" }[x.kind] ?? "line";
}

function draw() {
  const form = the("chart-form").value;
  const x = columns[the("chart-x").value] ?? { ...NUMBER_OF_ROW, name: word("rowNumber") };
  const y = columns[the("chart-y").value];
  chart?.dispose();
  chart = echarts.init(the("chart"), null, { locale: language() });
  chart.setOption(option(form, x, y));
  the("chart").setAttribute("aria-label", `${word(form)}: ${x.name} × ${y.name}, ${rows.length} ${word("rows")}. ${word("chartTable")}`);
}

function option(form, x, y) {
  // A bar stands for a row; lines and points lie where numbers and times say.
  const along = form === "bar" || !["number", "time"].includes(x.kind) ? "category" : x.kind === "time" ? "time" : "value";
  const colour = { text: shade("--text"), line: shade("--line"), ground: shade("--raised") };
  const axis = {
    nameLocation: "middle", nameTextStyle: { color: colour.text }, axisLabel: { color: colour.text, hideOverlap: true },
    axisLine: { lineStyle: { color: colour.line } }, splitLine: { lineStyle: { color: colour.line } }, scale: form !== "bar",
  };
  return {
    animation: false,
    useUTC: true,
    color: PALETTE,
    grid: { left: 70, right: 30, top: 20, bottom: 60 },
    // Drawn on the canvas: the page's policy refuses markup with styles in it.
    tooltip: {
      renderMode: "richText", trigger: form === "scatter" ? "item" : "axis", backgroundColor: colour.ground, borderColor: colour.line,
      textStyle: { color: colour.text },
    },
    dataZoom: [{ type: "inside" }],
    xAxis: {
      ...axis, type: along, name: x.name, nameGap: 34, splitLine: { show: false },
      data: along === "category" ? rows.map((row, at) => (x.kind === "row" ? at + 1 : text(row[x.at]))) : undefined,
    },
    yAxis: { ...axis, type: "value", name: y.name, nameGap: 50 },
    series: [{ type: form, name: y.name, data: along === "category" ? rows.map((row) => row[y.at]) : points(x, y) }],
  };
}

/** From left to right, without rows that have no place. */
function points(x, y) {
  const place = (value) => (x.kind === "time" ? Date.parse(value) : value);
  return rows.filter((row) => row[x.at] !== null).map((row) => [place(row[x.at]), row[y.at]]).sort((one, other) => one[0] - other[0]);
}
