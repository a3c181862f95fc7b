// What stands beside the picture: facts of the selection, the shortlist, the legend, the table of nodes.

import { make, mark, the } from "./dom.js";
import { COLOURS, colours } from "./looks.js";
import { language, word } from "./words.js";

const FACTS = ["type", "handle", "kind", "region", "category", "followerCount", "likeCount", "noteCount", "heat"];
const NAMES = { followerCount: "followers", likeCount: "likes", noteCount: "notes" };
const MOST_ROWS = 500;
let order = { by: "followerCount", descending: true };

function shown(node, name) {
  const value = node.data(name);
  if (name === "type") return word(value);
  if (name === "category" && language() === "en") return node.data("categoryEn") ?? value;
  if (name === "heat" && value) return Number(value).toFixed(1);
  return value;
}

export function drawChosen(canvas) {
  const chosen = canvas.chosen();
  const box = the("chosen");
  if (chosen.empty()) box.replaceChildren(word("nothingChosen"));
  else if (chosen.length > 3) box.replaceChildren(`${chosen.length} ${word("manyChosen")}`);
  else box.replaceChildren(...chosen.map((node) => make("section", {}, make("strong", {}, node.data("name")), facts(node))));
}

function facts(node) {
  const list = make("dl");
  for (const name of FACTS) {
    const value = shown(node, name);
    if (value === null || value === undefined || value === "" || value === 0) continue;
    list.append(make("dt", {}, word(NAMES[name] ?? name)), make("dd", {}, String(value)));
  }
  list.append(make("dt", {}, word("degree")), make("dd", {}, String(node.degree())));
  return list;
}

export function drawShortlist(canvas) {
  const listed = canvas.cy.nodes(".short");
  the("short-count").textContent = String(listed.length);
  the("short").replaceChildren(
    ...listed.map((node) => {
      const remove = make("button", { type: "button", click: () => canvas.shortlist(node.id()) }, word("remove"));
      remove.setAttribute("aria-label", `${word("remove")} ${node.data("name")}`);
      return make("li", {}, make("span", {}, node.data("name")), remove);
    }),
  );
}

export function drawLegend(canvas) {
  const by = COLOURS[canvas.view.colourBy];
  const there = new Set(canvas.shown().map((node) => node.data(by)));
  const found = [...colours(canvas.cy.nodes(), by)].filter(([value]) => there.has(value)).slice(0, 10);
  the("legend").replaceChildren(
    ...found.map(([value, colour]) => make("li", {}, mark(colour), by === "type" ? word(value) : String(value))),
  );
}

function compared(one, other) {
  const value = (node) => (order.by === "degree" ? node.degree() : (node.data(order.by) ?? ""));
  const [left, right] = [value(one), value(other)];
  const found = typeof left === "number" && typeof right === "number" ? left - right : String(left).localeCompare(String(right), language());
  return order.descending ? -found : found;
}

export function drawTable(canvas) {
  const nodes = canvas.shown().sort(compared);
  the("count").textContent = String(nodes.length);
  for (const button of document.querySelectorAll("[data-sort]")) {
    const way = order.descending ? "descending" : "ascending";
    button.parentElement.setAttribute("aria-sort", button.dataset.sort === order.by ? way : "none");
  }
  // A redraw must not take the focus from whoever walks through the table by keyboard.
  const focused = document.activeElement?.dataset?.node;
  the("rows").replaceChildren(...nodes.slice(0, MOST_ROWS).map(row));
  if (focused) document.querySelector(`#rows input[data-node="${CSS.escape(focused)}"]`)?.focus();
}

function row(node) {
  const pick = make("input", { type: "checkbox", "data-node": node.id(), "aria-label": node.data("name") });
  pick.checked = node.selected();
  pick.addEventListener("change", () => (pick.checked ? node.select() : node.unselect()));
  const cells = [
    make("td", {}, pick),
    make("td", {}, node.data("name") ?? ""),
    make("td", {}, word(node.data("type"))),
    make("td", { class: "number" }, String(node.data("followerCount") || "")),
    make("td", { class: "number" }, String(node.degree())),
  ];
  return make("tr", { class: node.selected() ? "chosen" : "" }, ...cells);
}

/** Has the table's heads sort it. */
export function sortable(canvas) {
  for (const button of document.querySelectorAll("[data-sort]")) {
    button.addEventListener("click", () => {
      const by = button.dataset.sort;
      order = { by, descending: order.by === by ? !order.descending : by !== "name" && by !== "type" };
      drawTable(canvas);
    });
  }
}
