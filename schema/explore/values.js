// Values of an answer, in words.

/** The value as a line of text. */
export function text(value) {
  if (value === null || value === undefined) return "null";
  if (isNode(value)) return `(:${value.labels.join(":")} ${named(value)})`;
  if (isTie(value)) return `[:${value.type}]`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function isNode(value) {
  return Boolean(value?.elementId && Array.isArray(value.labels));
}

export function isTie(value) {
  return Boolean(value?.elementId && value.type && value.start);
}

/** What a node is called. */
export function named(node) {
  const { displayName, title, name, handle, id } = node.properties;
  return String(displayName ?? title ?? name ?? handle ?? id ?? node.elementId);
}
