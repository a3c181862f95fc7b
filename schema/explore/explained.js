// The open part of the graph, told beside the console: labels and relationship types, what they mean, hold and how many there are.

import { make, the } from "./dom.js";
import { text } from "./values.js";
import { word } from "./words.js";

/** Shows what `GET /cypher/graph` tells. */
export function drawExplained(graph) {
  const labels = graph.labels.map((one) => part(one.label, one.nodes, make("p", {}, one.meaning), one));
  const types = graph.types.map((one) => {
    const pairs = one.between.map((pair) => make("li", {}, make("code", {}, `(:${pair.start})-[:${one.type}]->(:${pair.end})`), ` ${pair.meaning}`));
    return part(one.type, one.relationships, make("ul", {}, ...pairs), one);
  });
  the("explained").replaceChildren(...labels, ...types);
}

function part(name, count, meaning, { properties, indexes, example }) {
  const rows = properties.map((one) => {
    const values = one.one_of.length ? ` (${one.one_of.join(", ")})` : "";
    return make("li", {}, make("code", {}, one.name), ` ${one.type}${values}: ${one.meaning}`);
  });
  const found = indexes.map((one) => `${one.name} (${one.properties.join(", ")})`).join("; ");
  const shown = Object.entries(example ?? {}).map(([key, value]) => `${key}: ${text(value)}`).join("; ");
  return make(
    "details", {},
    make("summary", {}, `${name} · ${count}`),
    meaning,
    rows.length ? make("ul", {}, ...rows) : null,
    found ? make("p", { class: "hint" }, make("span", { "data-word": "indexes" }, word("indexes")), `: ${found}`) : null,
    shown ? make("p", { class: "hint" }, make("span", { "data-word": "example" }, word("example")), `: ${shown}`) : null,
  );
}
