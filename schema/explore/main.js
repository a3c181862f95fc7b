// The explorer: signing in, and what the buttons beside the picture do.

import * as api from "./api.js";
import { createCanvas, MOST } from "./canvas.js";
import { drawChoices } from "./choices.js";
import { openConsole } from "./console.js";
import { make, say, the } from "./dom.js";
import { saveCsv, saveJson, savePng } from "./exporting.js";
import * as link from "./link.js";
import { drawChosen, drawLegend, drawShortlist, drawTable, sortable } from "./panels.js";
import { language, switchLanguage, word, write } from "./words.js";

const EXPLORERS = ["ANALYST", "BRAND_STAFF", "DATA_SCIENTIST", "MODERATOR", "ADMIN"];
const JOINED = 500; // ids that the service joins at a time
const EXPANDED = 20; // nodes that are expanded at a time
const canvas = createCanvas(the("canvas"), changed, keepLink);
const { cy, view } = canvas;
let written = null;
let linking = 0;
let opening = false; // what a link says is not overwritten before it is read
let results = [];

function changed() {
  drawChosen(canvas);
  drawShortlist(canvas);
  drawLegend(canvas);
  drawTable(canvas);
  the("empty").hidden = cy.nodes().nonempty();
  const some = canvas.chosen().length;
  for (const id of ["pin", "hide", "shorten"]) the(id).disabled = some === 0;
  the("path").disabled = some !== 2;
  keepLink();
}

function keepLink() {
  clearTimeout(linking);
  linking = setTimeout(writeLink, 250);
}

function writeLink() {
  clearTimeout(linking);
  if (opening || the("picture").hidden) return;
  written = link.written(canvas);
  history.replaceState(null, "", written ? `#${written}` : location.pathname);
}

/** Does what takes a while: says so, and tells of what went wrong. */
async function busy(work) {
  say(word("loading"));
  document.body.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    say(error.message || String(error), { error: true });
    if (error.code === "SIGN_IN_REQUIRED") await enter();
  } finally {
    document.body.removeAttribute("aria-busy");
  }
}

/** Draws the ties between all that is in the picture. */
async function join() {
  const ids = cy.nodes().map((node) => node.id());
  if (ids.length > 1 && ids.length <= JOINED) canvas.add(await api.among(ids));
}

async function bring(id, kinds, direction, first) {
  const found = await api.around(id, kinds, direction, first);
  if (!found) {
    say(word("notThere"), { error: true });
    return null;
  }
  if (cy.nodes().length >= MOST) throw new Error(word("tooMany"));
  return { fresh: canvas.add(found, cy.getElementById(id).nonempty() ? id : null), more: found.more };
}

function told(fresh, more) {
  const rest = more.length ? ` · ${word("more")}${[...new Set(more)].map(word).join(", ")}` : "";
  say(`${fresh} ${word("added")}${rest}`);
}

async function open(id) {
  await busy(async () => {
    const found = await bring(id, null, "BOTH", Number(the("expand-first").value));
    if (!found) return;
    await join();
    canvas.arrange();
    cy.nodes().unselect();
    cy.getElementById(id).select();
    told(found.fresh, found.more);
  });
}

async function expand(event) {
  event.preventDefault();
  const chosen = canvas.chosen().slice(0, EXPANDED).map((node) => node.id());
  if (!chosen.length) {
    say(word("chooseSome"), { error: true });
    return;
  }
  const [kind, way] = the("expand-kind").value.split(/(?=[<>])/);
  const direction = { "<": "IN", ">": "OUT" }[way] ?? "BOTH";
  await busy(async () => {
    let fresh = 0;
    const more = [];
    for (const id of chosen) {
      const found = await bring(id, kind === "all" ? null : [kind], direction, Number(the("expand-first").value));
      if (!found) return;
      fresh += found.fresh;
      more.push(...found.more);
    }
    await join();
    if (fresh) canvas.arrange();
    told(fresh, more);
  });
}

async function search(event) {
  event.preventDefault();
  const text = the("query").value.trim();
  if (!text) return;
  await busy(async () => {
    results = await api.search(text, the("search-kind").value);
    say(results.length ? `${results.length} ${word("searched")}` : word("noResult"));
    drawResults();
  });
}

function drawResults() {
  the("found").replaceChildren(
    ...results.map((one) => {
      const handle = one.handle ? ` @${one.handle}` : "";
      return make("li", {}, make("button", { type: "button", click: () => open(one.id) }, `${one.name}${handle} · ${word(one.type)}`));
    }),
  );
}

async function path() {
  const ids = canvas.chosen().map((node) => node.id());
  if (ids.length !== 2) {
    say(word("chooseTwo"), { error: true });
    return;
  }
  await busy(async () => {
    const found = await api.way(ids[0], ids[1]);
    if (!found) {
      say(word("noPath"), { error: true });
      return;
    }
    if (canvas.add({ nodes: found.nodes, ties: found.ties }, ids[0])) canvas.arrange();
    canvas.showPath(found);
    say(`${found.ties.length} ${word("pathOf")}: ${found.nodes.map((node) => node.name).join(" → ")}`);
  });
}

async function reopen() {
  const fragment = location.hash.slice(1);
  if (!fragment || fragment === written) return;
  const state = link.read(fragment);
  if (!state) {
    say(word("badLink"), { error: true });
    return;
  }
  opening = true;
  await busy(async () => {
    canvas.clear();
    const ids = state.n.slice(0, MOST).map(([id]) => id);
    for (let at = 0; at < ids.length; at += JOINED) canvas.add(await api.among(ids.slice(at, at + JOINED)));
    link.restore(canvas, state);
    drawChoices(canvas);
    const gone = ids.length - cy.nodes().length;
    say(gone ? `${word("reopened")} · ${gone} ${word("gone")}` : word("reopened"));
  });
  opening = false;
}

async function copyLink() {
  writeLink();
  try {
    await navigator.clipboard.writeText(location.href);
    say(word("copied"));
  } catch {
    say(word("linkInBar"));
  }
}

function draw() {
  write();
  the("language").textContent = language() === "zh" ? "English" : "中文";
  the("language").lang = language() === "zh" ? "en" : "zh";
  drawChoices(canvas);
  drawResults();
  changed();
}

function tab(name) {
  for (const one of ["picture", "console"]) {
    the(one).hidden = one !== name;
    if (one === name) the(`tab-${one}`).setAttribute("aria-current", "page");
    else the(`tab-${one}`).removeAttribute("aria-current");
  }
  if (name === "console") openConsole();
}

/** Shows what whoever is signed in may see, or the door. */
async function enter() {
  const found = await api.viewer().catch((error) => {
    say(error.message, { error: true });
    return null;
  });
  const may = found?.roles.some((role) => EXPLORERS.includes(role)) ?? false;
  the("door").hidden = may;
  the("picture").hidden = !may;
  the("console").hidden = true;
  the("tabs").hidden = !may;
  the("sign-out").hidden = !found;
  the("who").textContent = found ? found.user.displayName : "";
  the("tab-console").hidden = !found?.roles.includes("DATA_SCIENTIST");
  if (found && !may) say(word("noRole"), { error: true });
  if (!may) return;
  say("");
  tab("picture");
  cy.resize();
  changed();
  await reopen();
}

function keys(event) {
  if (event.key === "Delete") canvas.hide();
  else if (event.key === "Escape") cy.nodes().unselect();
  else if (event.key === "+" || event.key === "=") cy.zoom({ level: cy.zoom() * 1.2, renderedPosition: middle() });
  else if (event.key === "-") cy.zoom({ level: cy.zoom() / 1.2, renderedPosition: middle() });
  else if (event.key.startsWith("Arrow")) {
    const by = { ArrowUp: [0, 60], ArrowDown: [0, -60], ArrowLeft: [60, 0], ArrowRight: [-60, 0] }[event.key];
    cy.panBy({ x: by[0], y: by[1] });
  } else return;
  event.preventDefault();
}

function middle() {
  return { x: cy.width() / 2, y: cy.height() / 2 };
}

function listen() {
  const clicks = {
    "tab-picture": () => tab("picture"),
    "tab-console": () => tab("console"),
    path, pin: canvas.pin, hide: canvas.hide, "show-all": canvas.showAll, shorten: () => canvas.shortlist(), clear: canvas.clear,
    fit: () => cy.fit(cy.elements(":visible"), 40),
    arrange: () => canvas.arrange(),
    link: copyLink,
    csv: () => { saveCsv(cy.nodes(".short").nonempty() ? cy.nodes(".short") : canvas.shown()); say(word("saved")); },
    json: () => { saveJson(cy); say(word("saved")); },
    png: () => busy(async () => { await savePng(cy); say(word("saved")); }),
    language: () => { switchLanguage(); draw(); },
    "sign-out": async () => { await api.signOut(); canvas.clear(); history.replaceState(null, "", location.pathname); await enter(); },
    box: () => {
      const on = the("box").getAttribute("aria-pressed") !== "true";
      the("box").setAttribute("aria-pressed", String(on));
      canvas.frame(on);
    },
  };
  for (const [id, does] of Object.entries(clicks)) the(id).addEventListener("click", does);
  the("search").addEventListener("submit", search);
  the("expand").addEventListener("submit", expand);
  the("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    busy(async () => {
      await api.signIn(the("email").value, the("password").value);
      the("password").value = "";
      await enter();
    });
  });
  the("size").addEventListener("change", () => { view.sizeBy = the("size").value; canvas.restyle(); });
  the("colour").addEventListener("change", () => { view.colourBy = the("colour").value; canvas.restyle(); });
  the("layout").addEventListener("change", () => { view.layout = the("layout").value; canvas.arrange(); });
  the("min-followers").addEventListener("change", () => { view.minFollowers = Number(the("min-followers").value) || 0; canvas.restyle(); });
  the("canvas").addEventListener("keydown", keys);
  addEventListener("hashchange", reopen);
}

sortable(canvas);
listen();
draw();
await enter();
document.documentElement.dataset.ready = "true";
