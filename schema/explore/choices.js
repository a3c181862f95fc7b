// What a person may choose of: kinds, sizes, colours, layouts.

import { make, the } from "./dom.js";
import { COLOURS, KINDS, LAYOUTS, SIZES, TYPES } from "./looks.js";
import { word } from "./words.js";

function choices(select, values, chosen) {
  select.replaceChildren(...values.map(([value, text]) => make("option", { value, selected: value === chosen }, text)));
}

function boxes(canvas, fieldset, values, without) {
  const legend = fieldset.querySelector("legend");
  const labels = values.map((value) => {
    const box = make("input", { type: "checkbox", value });
    box.checked = !without.has(value);
    box.addEventListener("change", () => {
      if (box.checked) without.delete(value);
      else without.add(value);
      canvas.restyle();
    });
    return make("label", {}, box, word(value));
  });
  fieldset.replaceChildren(legend, ...labels);
}

/** Fills the lists and boxes that filter, size, colour and arrange the picture, as they stand. */
export function drawChoices(canvas) {
  const { view } = canvas;
  const ways = KINDS.flatMap((kind) => (kind === "FOLLOWS" ? ["FOLLOWS<", "FOLLOWS>"] : [kind]));
  choices(the("expand-kind"), [["all", word("allTies")], ...ways.map((kind) => [kind, word(kind)])], the("expand-kind").value);
  choices(the("size"), Object.keys(SIZES).map((key) => [key, word(key)]), view.sizeBy);
  choices(the("colour"), Object.keys(COLOURS).map((key) => [key, word(key)]), view.colourBy);
  choices(the("layout"), LAYOUTS.map((key) => [key, word(key)]), view.layout);
  boxes(canvas, the("types"), TYPES, view.types);
  boxes(canvas, the("kinds"), KINDS, view.kinds);
  the("min-followers").value = view.minFollowers;
}
