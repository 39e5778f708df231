// Elements. Data only ever becomes text or an attribute, never markup.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set([
  "value",
  "checked",
  "disabled",
  "hidden",
  "open",
  "inert",
  "selected",
  "indeterminate",
  "readOnly",
]);
let lastId = 0;

/** An id that is new on this page. */
export function freshId(name) {
  lastId += 1;
  return `${name}-${lastId}`;
}

/** `h("button", { class: "button", onclick }, "text", child)`. Children that are null or false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, String(value));
  }
  element.append(...kept(children));
  return element;
}

function kept(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replaces what is in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...kept(children));
  return element;
}

const ICONS = {
  phone: "M6.5 3h7a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM9 14.5h2",
  accounts: "M4 4h12v4H4zM4 11h5v5H4zM12 11h4M12 13.5h4M12 16h4",
  callback: "M4 8h10.500a2.500 2.500 0 0 1 0 5H9M7 5 4 8l3 3M11 16H4",
  faults:
    "M10 7v4M10 13.5v.1M9 3.6 2.6 15a1.15 1.15 0 0 0 1 1.7h12.8a1.15 1.15 0 0 0 1-1.700L11 3.600a1.150 1.150 0 0 0-2 0Z",
  log: "M4 5h12M4 10h12M4 15h8",
  globe: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM3 10h14M10 3c2 2 3 4.5 3 7s-1 5-3 7c-2-2-3-4.500-3-7s1-5 3-7Z",
  check: "m4.500 10.500 3.500 3.500 7.500-8",
  close: "m5 5 10 10M15 5 5 15",
};

/** An icon beside text; screen readers skip it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const look = { class: "icon", viewBox: "0 0 20 20", fill: "none", stroke: "currentColor", "stroke-width": "1.5" };
  const ends = { "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [key, value] of Object.entries({ ...look, ...ends })) svg.setAttribute(key, value);
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A part that is drawn from data which is fetched again and again: drawn anew only when the data changed, and the
 * element that has the focus gets it back, by its id.
 */
export function live(element, draw) {
  let shown;
  const set = (data) => {
    const text = JSON.stringify(data ?? null);
    if (text === shown) return;
    shown = text;
    const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = element.scrollTop;
    fill(element, draw(data));
    element.scrollTop = scrolled;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };
  return { element, set };
}
