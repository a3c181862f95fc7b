// How nodes and ties look: colours, sizes, communities.

export const TYPES = ["User", "Brand", "Product", "Topic", "Note", "Category"];
export const KINDS = [
  "FOLLOWS", "POSTED", "LIKES", "TAGGED", "FEATURES", "MENTIONS", "IN_CATEGORY", "MAKES", "OFFICIAL_ACCOUNT_OF", "SIMILAR", "BOUGHT_WITH",
];
export const SIZES = { same: null, degree: "degree", followers: "followerCount", likes: "likeCount", notes: "noteCount", heat: "heat" };
export const COLOURS = { byType: "type", byCategory: "category", byCommunity: "community", byKind: "kind", byRegion: "region" };
export const LAYOUTS = ["cose", "concentric", "circle", "breadthfirst", "grid"];

// Told apart by people who see no red or no green too (after Okabe and Ito, "Color Universal Design", 2008).
export const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8c6bb1", "#b8a400", "#7f7f7f", "#4b5d67"];
const SHAPES = { User: "ellipse", Brand: "round-diamond", Product: "round-rectangle", Topic: "round-hexagon", Note: "round-tag", Category: "round-octagon" };
const OTHER = "#8a94a3";

export const dark = matchMedia("(prefers-color-scheme: dark)");

/** A colour of the page's sheet, as it is now. */
export function shade(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The colour of each value among the nodes, most frequent first; types keep theirs. */
export function colours(nodes, by) {
  if (by === "type") return new Map(TYPES.map((type, at) => [type, PALETTE[at]]));
  const counted = new Map();
  for (const node of nodes) {
    const value = node.data(by);
    if (value !== null && value !== undefined && value !== "") counted.set(value, (counted.get(value) ?? 0) + 1);
  }
  const ranked = [...counted].sort((one, other) => other[1] - one[1]).map(([value]) => value);
  return new Map(ranked.map((value, at) => [value, PALETTE[at] ?? OTHER]));
}

/**
 * Writes on each node its community: nodes move to the neighbour's community that raises modularity most, until none does.
 * The same each time. After Blondel et al., "Fast unfolding of communities in large networks", 2008, its first level.
 */
export function communities(cy) {
  const nodes = cy.nodes();
  const label = new Map(nodes.map((node, at) => [node.id(), at]));
  const total = nodes.map((node) => node.degree());
  const twice = Math.max(1, total.reduce((sum, degree) => sum + degree, 0));
  for (let round = 0; round < 20; round += 1) {
    let moved = false;
    for (const node of nodes) {
      const own = label.get(node.id());
      const degree = node.degree();
      const ties = new Map([[own, 0]]);
      for (const edge of node.connectedEdges()) {
        const other = edge.source().same(node) ? edge.target() : edge.source();
        if (!other.same(node)) ties.set(label.get(other.id()), (ties.get(label.get(other.id())) ?? 0) + 1);
      }
      total[own] -= degree;
      const gain = (one) => ties.get(one) - (degree * total[one]) / twice;
      const best = [...ties.keys()].reduce((found, one) => (gain(one) > gain(found) + 1e-9 ? one : found), own);
      total[best] += degree;
      label.set(node.id(), best);
      moved ||= best !== own;
    }
    if (!moved) break;
  }
  const numbers = new Map();
  for (const node of nodes) {
    const found = label.get(node.id());
    if (!numbers.has(found)) numbers.set(found, numbers.size + 1);
    node.data("community", numbers.get(found));
  }
}

/** The sheet of the picture, for the sizes and colours chosen. */
export function sheet(cy, sizeBy, colourBy) {
  const property = SIZES[sizeBy];
  const value = (node) => (property === "degree" ? node.degree() : (node.data(property) ?? 0));
  const most = property ? Math.max(1, ...cy.nodes().map(value)) : 1;
  const found = colours(cy.nodes(), COLOURS[colourBy]);
  const text = shade("--text");
  const ground = shade("--ground");
  const size = (node) => (property ? 16 + 44 * Math.sqrt(value(node) / most) : 28);
  return [
    {
      selector: "node",
      style: {
        width: size, height: size, shape: (node) => SHAPES[node.data("type")] ?? "ellipse",
        "background-color": (node) => found.get(node.data(COLOURS[colourBy])) ?? OTHER,
        label: (node) => short(node.data("name")), color: text, "font-size": 11, "min-zoomed-font-size": 7,
        "text-valign": "bottom", "text-margin-y": 3, "text-background-color": ground, "text-background-opacity": 0.75,
        "border-width": 0, "border-color": text,
      },
    },
    {
      selector: "edge",
      style: {
        width: 1.2, "line-color": shade("--line"), "target-arrow-color": shade("--line"), "target-arrow-shape": "triangle",
        "arrow-scale": 0.7, "curve-style": cy.edges().length > 1500 ? "haystack" : "bezier", opacity: 0.9,
      },
    },
    { selector: "node.short", style: { "border-width": 3, "border-color": "#d4a017" } },
    { selector: "node:locked", style: { "border-width": 2, "border-style": "double" } },
    { selector: "node:selected", style: { "border-width": 3, "border-color": shade("--focus"), "border-style": "solid" } },
    { selector: ".on-path", style: { "line-color": shade("--accent"), "target-arrow-color": shade("--accent"), width: 3, "z-index": 9 } },
    { selector: ".off", style: { display: "none" } },
  ];
}

function short(name) {
  const letters = [...String(name ?? "")];
  return letters.length > 14 ? `${letters.slice(0, 13).join("")}…` : letters.join("");
}
