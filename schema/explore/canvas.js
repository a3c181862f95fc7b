// The picture: nodes and ties in cytoscape, what is chosen, hidden, pinned and shortlisted.

import { communities, dark, sheet } from "./looks.js";

export const MOST = 5000;
const FORCES = 900; // more nodes than that are not simulated

/** A picture in an element; `changed` is called whenever something about it has changed, `moved` when only places have. */
export function createCanvas(container, changed, moved) {
  const cy = cytoscape({
    container, minZoom: 0.05, maxZoom: 4, boxSelectionEnabled: true, textureOnViewport: true,
  });
  const view = { sizeBy: "followers", colourBy: "byType", layout: "cose", types: new Set(), kinds: new Set(), minFollowers: 0 };
  const canvas = { cy, view };
  let told = false;

  function tell() {
    if (told) return;
    told = true;
    requestAnimationFrame(() => {
      told = false;
      changed();
    });
  }

  /** Adds what is not there yet, around `anchor`, and says how many nodes are new. */
  canvas.add = (found, anchor = null) => {
    const center = anchor ? cy.getElementById(anchor).position() : { x: 0, y: 0 };
    const fresh = found.nodes.filter((node) => cy.getElementById(node.id).empty()).slice(0, MOST - cy.nodes().length);
    cy.batch(() => {
      fresh.forEach((node, at) => {
        const radius = 70 + 9 * Math.sqrt(at) * 3;
        const angle = at * 2.399963; // the golden angle: no two in one line
        const position = { x: center.x + radius * Math.cos(angle), y: center.y + radius * Math.sin(angle) };
        cy.add({ group: "nodes", data: { ...node }, position });
      });
      for (const tie of found.ties) {
        const id = `${tie.kind} ${tie.start} ${tie.end}`;
        const both = cy.getElementById(tie.start).nonempty() && cy.getElementById(tie.end).nonempty();
        if (both && cy.getElementById(id).empty()) {
          cy.add({ group: "edges", data: { ...tie, id, source: tie.start, target: tie.end } });
        }
      }
    });
    canvas.restyle();
    return fresh.length;
  };

  /** Applies filters, sizes and colours. */
  canvas.restyle = () => {
    if (view.colourBy === "byCommunity") communities(cy);
    cy.batch(() => {
      for (const node of cy.nodes()) {
        const data = node.data();
        const few = data.type === "User" && data.followerCount < view.minFollowers;
        node.toggleClass("off", Boolean(data.hidden) || view.types.has(data.type) || few);
      }
      for (const edge of cy.edges()) edge.toggleClass("off", view.kinds.has(edge.data("kind")));
    });
    cy.style(sheet(cy, view.sizeBy, view.colourBy));
    tell();
  };

  canvas.arrange = ({ fit = true } = {}) => {
    const shown = cy.elements(":visible");
    const name = view.layout === "cose" && shown.nodes().length > FORCES ? "concentric" : view.layout;
    const options = {
      cose: { nodeRepulsion: () => 60_000, idealEdgeLength: () => 120, numIter: 500, componentSpacing: 90, nodeDimensionsIncludeLabels: false },
      concentric: { concentric: (node) => node.degree(), levelWidth: () => 3, minNodeSpacing: 12 },
      breadthfirst: { directed: false, spacingFactor: 1.1 },
    };
    shown.layout({ name, animate: false, randomize: false, fit, padding: 40, ...options[name] }).run();
    tell();
  };

  canvas.chosen = () => cy.nodes(":selected:visible");
  canvas.shown = () => cy.nodes(":visible");

  /** Whatever is chosen is hidden until everything is shown again. */
  canvas.hide = () => {
    canvas.chosen().forEach((node) => node.data("hidden", true));
    cy.nodes().unselect();
    canvas.restyle();
  };

  canvas.showAll = () => {
    cy.nodes().forEach((node) => node.removeData("hidden"));
    canvas.restyle();
  };

  /** Pins what is chosen, or unpins it where all of it is pinned. */
  canvas.pin = () => {
    const chosen = canvas.chosen();
    if (chosen.every((node) => node.locked())) chosen.unlock();
    else chosen.lock();
    tell();
  };

  /** Puts what is chosen on the shortlist; `id` takes one off it. */
  canvas.shortlist = (id = null) => {
    if (id) cy.getElementById(id).removeClass("short");
    else canvas.chosen().addClass("short");
    tell();
  };

  canvas.clear = () => {
    cy.elements().remove();
    tell();
  };

  /** Marks a path and chooses its nodes. */
  canvas.showPath = (found) => {
    cy.elements().removeClass("on-path");
    for (const tie of found.ties) cy.getElementById(`${tie.kind} ${tie.start} ${tie.end}`).addClass("on-path");
    tell();
  };

  /** Chooses by dragging a frame, rather than moving the picture. */
  canvas.frame = (on) => cy.userPanningEnabled(!on);

  cy.on("select unselect lock unlock", tell);
  cy.on("dragfree", moved);
  dark.addEventListener("change", () => canvas.restyle());
  new ResizeObserver(() => cy.resize()).observe(container);
  return canvas;
}
