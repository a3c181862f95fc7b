// Elements, made without ever parsing text as markup: whatever the server says stays text.

export const the = (id) => document.getElementById(id);

/** An element with attributes (functions become listeners) and children (texts or elements). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A coloured mark; drawn, since the page's policy allows no inline styles. */
export function mark(colour) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("width", "12");
  picture.setAttribute("height", "12");
  picture.setAttribute("aria-hidden", "true");
  const dot = document.createElementNS(space, "circle");
  for (const [name, value] of Object.entries({ cx: 6, cy: 6, r: 5, fill: colour })) dot.setAttribute(name, value);
  picture.append(dot);
  return picture;
}

/** Tells the person what happens; an error stands out. */
export function say(text, { error = false } = {}) {
  const status = the("status");
  status.textContent = text;
  status.classList.toggle("error", error);
}

/** Hands the person a file. */
export function save(name, blob) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
