// The console's tab: a question in Cypher, its answer as table, chart, graph or plan, and what was asked before.

import { cypher } from "./api.js";
import { drawChart, openChart } from "./chart.js";
import { make, say, the } from "./dom.js";
import { drawExplained } from "./explained.js";
import { dark, PALETTE, shade } from "./looks.js";
import { isNode, isTie, named, text } from "./values.js";
import { word } from "./words.js";

const KEY = "zhongcao.console.history";
const KEPT = 50;
const SHOWN = 500;
const DRAWN = 1000;
const VIEWS = ["table", "chart", "graph"];
const WORDS = "MATCH OPTIONAL WHERE WITH RETURN ORDER BY LIMIT SKIP UNWIND COUNT COLLECT EXISTS DISTINCT AS AND OR NOT IN CASE WHEN THEN ELSE END CALL UNION".split(" ");
const FIRST = "MATCH (author:User)-[posted:POSTED]->(note:Note)-[features:FEATURES]->(product:Product)\nRETURN author, posted, note, features, product LIMIT 15";
let editor = null;
let names = { labels: [], types: [], properties: [] };
let answer = null;
let drawing = null;
let view = "table";

/** Makes the tab ready when it is first shown. */
export async function openConsole() {
  if (editor) {
    editor.refresh();
    return;
  }
  const run = () => ask("answer");
  editor = CodeMirror.fromTextArea(the("cypher"), {
    mode: "application/x-cypher-query", lineNumbers: true, lineWrapping: true, screenReaderLabel: word("question"),
    extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-Space": complete, Tab: false, "Shift-Tab": false },
  });
  editor.setValue(FIRST);
  editor.on("inputRead", (_, change) => {
    if ([":", "."].includes(change.text.at(-1))) complete();
  });
  the("run").addEventListener("click", run);
  the("explain").addEventListener("click", () => ask("explain"));
  the("profile").addEventListener("click", () => ask("profile"));
  for (const form of VIEWS) the(`as-${form}`).addEventListener("click", () => show(form));
  openChart();
  the("forget").addEventListener("click", () => { localStorage.removeItem(KEY); drawHistory(); });
  dark.addEventListener("change", () => drawing?.style(sheet()));
  drawHistory();
  try {
    const graph = await cypher("/cypher/graph");
    drawExplained(graph);
    const properties = [...graph.labels, ...graph.types].flatMap((one) => one.properties.map((property) => property.name));
    names = { labels: graph.labels.map((one) => one.label), types: graph.types.map((one) => one.type), properties: [...new Set(properties)].sort() };
  } catch (error) {
    say(error.message, { error: true });
  }
}

/** What may stand at the cursor: after [: a type, after ( … : a label, after a dot or in braces a property, else a word. */
function complete() {
  CodeMirror.showHint(editor, hints, { completeSingle: false });
}

function hints(cm) {
  const cursor = cm.getCursor();
  const before = cm.getLine(cursor.line).slice(0, cursor.ch);
  const typed = before.match(/\w*$/)[0];
  const rest = before.slice(0, before.length - typed.length);
  let list = [...WORDS, ...names.labels];
  if (/(\.|\{[^{}:]*|\{[^{}]*,\s*)$/.test(rest)) list = names.properties;
  else if (/\[[^\]]*[:|]$/.test(rest)) list = names.types;
  else if (/[:|]$/.test(rest)) list = names.labels;
  const found = list.filter((one) => one.toLowerCase().startsWith(typed.toLowerCase()));
  return { list: found, from: CodeMirror.Pos(cursor.line, cursor.ch - typed.length), to: cursor };
}

async function ask(mode) {
  const query = editor.getValue().trim();
  if (!query) return;
  let parameters;
  try {
    parameters = JSON.parse(the("parameters").value || "{}");
    if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) throw new Error("no object");
  } catch {
    say(word("badParameters"), { error: true });
    return;
  }
  say(word("loading"));
  remember({ query, parameters: the("parameters").value });
  try {
    answer = await cypher("/cypher", { query, parameters, mode });
  } catch (error) {
    answer = null;
    say(error.message, { error: true });
    return;
  }
  if (answer.plan) {
    say(word("plan"));
    the("told").textContent = `${mode.toUpperCase()} · ${answer.source}`;
    show("table");
    return;
  }
  const { rows, ms, source } = answer.summary;
  const cut = answer.truncated ? ` · ${word("cut")} (${answer.truncated.limit} ${answer.truncated.by})` : "";
  const shown = rows > SHOWN ? ` · ${word("shownRows")} ${SHOWN}` : "";
  the("told").textContent = `${rows} ${word("rows")} · ${Math.round(ms)} ms · ${source}${cut}${shown}`;
  say(`${rows} ${word("rows")}${cut}`);
  show(view === "chart" ? "chart" : "table");
}

/** Shows the answer in that form; the table stays below a chart, which it tells in words. */
function show(form) {
  view = form;
  for (const one of VIEWS) the(`as-${one}`).setAttribute("aria-pressed", String(form === one));
  the("result").hidden = form === "graph";
  the("result-graph").hidden = form !== "graph";
  the("result-chart").hidden = form !== "chart";
  if (!answer) return;
  if (form === "graph") drawGraph();
  else the("result").replaceChildren(answer.plan ? make("ul", { class: "plan" }, planned(answer.plan)) : table());
  if (form === "chart") drawChart(answer);
}

function table() {
  const heads = answer.columns.map((name) => make("th", { scope: "col" }, name));
  const rows = answer.rows.slice(0, SHOWN).map((row) => make("tr", {}, ...row.map((value) => make("td", {}, text(value)))));
  return make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
}

function planned(plan) {
  const told = plan.args ?? {};
  const numbers = [
    ["rows", plan.rows ?? told.Rows], ["≈rows", told.EstimatedRows && Math.round(told.EstimatedRows)], ["db hits", plan.dbHits ?? told.DbHits],
  ].filter(([, value]) => value !== undefined && value !== null);
  const line = numbers.map(([name, value]) => `${name} ${value}`).join(" · ");
  const below = (plan.children ?? []).map(planned);
  const item = make("li", {}, make("strong", {}, String(plan.operatorType).split("@")[0]), make("span", { class: "hint" }, line), " ", told.Details ?? "");
  if (below.length) item.append(make("ul", {}, ...below));
  return item;
}

/** Nodes and relationships anywhere in a value, by element id. */
function gather(value, nodes, ties) {
  if (isNode(value)) nodes.set(value.elementId, value);
  else if (isTie(value)) ties.set(value.elementId, value);
  else if (value && typeof value === "object") for (const one of Object.values(value)) gather(one, nodes, ties);
}

function drawGraph() {
  const nodes = new Map();
  const ties = new Map();
  for (const row of answer.rows ?? []) gather(row, nodes, ties);
  drawing?.destroy();
  drawing = null;
  if (!nodes.size && !ties.size) {
    say(word("noGraph"), { error: true });
    return;
  }
  const kept = new Map([...nodes].slice(0, DRAWN));
  for (const tie of ties.values()) for (const end of [tie.start, tie.end]) if (!kept.has(end) && kept.size < DRAWN) kept.set(end, null);
  const elements = [...kept].map(([id, node]) => ({ data: { id, label: node ? named(node) : "?", type: node?.labels[0] ?? "" } }));
  for (const tie of ties.values()) {
    if (kept.has(tie.start) && kept.has(tie.end)) elements.push({ data: { id: tie.elementId, source: tie.start, target: tie.end, label: tie.type } });
  }
  drawing = cytoscape({
    container: the("result-graph"), minZoom: 0.05, maxZoom: 1.5, elements, style: sheet(), layout: { name: kept.size > 300 ? "concentric" : "cose", animate: false, padding: 30 },
  });
}

function sheet() {
  const colour = (node) => PALETTE[Math.max(0, names.labels.indexOf(node.data("type"))) % PALETTE.length];
  return [
    { selector: "node", style: { "background-color": colour, label: "data(label)", color: shade("--text"), "font-size": 11, "text-max-width": 120, "text-wrap": "ellipsis", "text-valign": "bottom", width: 26, height: 26 } },
    { selector: "edge", style: { width: 1, "line-color": shade("--line"), "target-arrow-color": shade("--line"), "target-arrow-shape": "triangle", "curve-style": "bezier", label: "data(label)", "font-size": 8, color: shade("--quiet"), "text-rotation": "autorotate" } },
  ];
}

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function remember(one) {
  const found = [one, ...kept().filter((other) => other.query !== one.query)].slice(0, KEPT);
  localStorage.setItem(KEY, JSON.stringify(found));
  drawHistory();
}

function drawHistory() {
  const items = kept().map((one) => {
    const again = () => {
      editor.setValue(one.query);
      the("parameters").value = one.parameters;
    };
    return make("li", {}, make("button", { type: "button", title: one.query, click: again }, one.query.replace(/\s+/g, " ")));
  });
  the("history").replaceChildren(...items);
}
