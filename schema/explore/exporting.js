// What a person takes along: the shortlist as CSV, the picture as PNG, the graph as JSON.

import { save } from "./dom.js";

const COLUMNS = ["id", "type", "name", "handle", "kind", "region", "category", "followerCount", "likeCount", "noteCount"];

/** A cell that no spreadsheet takes for a formula. */
function cell(value) {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The nodes as a table, with the mark by which spreadsheets know UTF-8. */
export function toCsv(nodes) {
  const lines = nodes.map((node) => COLUMNS.map((name) => cell(node.data(name))).join(","));
  return `\ufeff${[COLUMNS.join(","), ...lines].join("\r\n")}\r\n`;
}

/** What is shown, as nodes and ties. */
export function toJson(cy) {
  const ties = cy.edges(":visible").map((edge) => {
    const { kind, start, end, score, at } = edge.data();
    return { kind, start, end, score, at };
  });
  const nodes = cy.nodes(":visible").map((node) => {
    const { hidden, ...data } = node.data();
    return { ...data, ...node.position(), shortlisted: node.hasClass("short") };
  });
  return JSON.stringify({ nodes, ties }, null, 1);
}

export function saveCsv(nodes) {
  save("zhongcao-shortlist.csv", new Blob([toCsv(nodes)], { type: "text/csv" }));
}

export function saveJson(cy) {
  save("zhongcao-graph.json", new Blob([toJson(cy)], { type: "application/json" }));
}

export async function savePng(cy) {
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--ground").trim();
  save("zhongcao-picture.png", await cy.png({ output: "blob-promise", full: true, scale: 2, maxWidth: 6000, maxHeight: 6000, bg: ground }));
}
