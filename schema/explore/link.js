// The picture as a link: everything that is needed to show it again stands in the address's fragment.

const HIDDEN = 1;
const PINNED = 2;
const SHORT = 4;
const CHOSEN = 8;
const VERSION = 1;

/** The fragment that reopens the picture; an empty picture has none. */
export function written({ cy, view }) {
  if (cy.nodes().empty()) return "";
  const nodes = cy.nodes().map((node) => {
    const flags =
      (node.data("hidden") ? HIDDEN : 0) | (node.locked() ? PINNED : 0) | (node.hasClass("short") ? SHORT : 0) | (node.selected() ? CHOSEN : 0);
    return [node.id(), Math.round(node.position("x")), Math.round(node.position("y")), flags];
  });
  const path = cy.edges(".on-path").map((edge) => edge.id());
  const state = {
    v: VERSION, n: nodes, s: view.sizeBy, c: view.colourBy, l: view.layout, t: [...view.types], k: [...view.kinds], m: view.minFollowers, p: path,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** What a fragment says; null for one that says nothing sound. */
export function read(fragment) {
  try {
    const text = atob(fragment.replaceAll("-", "+").replaceAll("_", "/"));
    const state = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
    const sound = state.v === VERSION && Array.isArray(state.n) && state.n.every((one) => Array.isArray(one) && typeof one[0] === "string");
    return sound ? state : null;
  } catch {
    return null;
  }
}

/** Puts the picture into the state that was read, once its nodes are there. */
export function restore({ cy, view, restyle }, state) {
  for (const [id, x, y, flags] of state.n) {
    const node = cy.getElementById(id);
    if (node.empty()) continue;
    node.position({ x: Number(x) || 0, y: Number(y) || 0 });
    if (flags & HIDDEN) node.data("hidden", true);
    if (flags & PINNED) node.lock();
    if (flags & SHORT) node.addClass("short");
    if (flags & CHOSEN) node.select();
  }
  for (const id of state.p ?? []) cy.getElementById(String(id)).addClass("on-path");
  Object.assign(view, {
    sizeBy: state.s, colourBy: state.c, layout: state.l, types: new Set(state.t), kinds: new Set(state.k), minFollowers: Number(state.m) || 0,
  });
  restyle();
  cy.fit(cy.elements(":visible"), 40);
}
