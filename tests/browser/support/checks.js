// What holds for every page. `wrongs` runs in the page and gives back sentences; none means that all is well.

/* global document, getComputedStyle, Node */

export function wrongs() {
  const found = [];
  const say = (what, element) => found.push(`${what}: ${element.outerHTML.replace(/\s+/g, " ").slice(0, 160)}`);
  const visible = (element) => element.checkVisibility({ visibilityProperty: true });
  const textOf = (ids) =>
    (ids ?? "").split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
  const named = (element) => (element.getAttribute("aria-label") ?? "").trim() || textOf(element.getAttribute("aria-labelledby"));

  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter(sticksOut).slice(0, 3);
    found.push(`the page is ${root.scrollWidth} wide in a window of ${root.clientWidth}`);
    wide.forEach((element) => say("sticks out", element));
  }

  // What scrolls or is cut off within an element of its own does not widen the page, unless it is positioned past it.
  function sticksOut(element) {
    if (element.getBoundingClientRect().right <= root.clientWidth + 0.5) return false;
    let loose = getComputedStyle(element).position === "absolute";
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      const { position, overflowX } = getComputedStyle(up);
      if (loose && position === "static") continue;
      if (overflowX !== "visible") return false;
      loose = position === "absolute";
    }
    return true;
  }

  const ids = new Map();
  for (const element of document.querySelectorAll("[id]")) {
    if (ids.has(element.id)) say("id used twice", element);
    ids.set(element.id, element);
  }
  for (const attribute of ["for", "aria-labelledby"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      const missing = element.getAttribute(attribute).split(/\s+/).filter((id) => !ids.has(id));
      if (missing.length > 0) say(`${attribute} names no element`, element);
    }
  }
  for (const link of document.querySelectorAll("a[href^='#']")) {
    const target = link.getAttribute("href").slice(1);
    if (target && !ids.has(target)) say("leads to no place on the page", link);
  }

  for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const label = [...control.labels].map((l) => l.textContent.trim()).join("");
    if (visible(control) && !label && !named(control)) say("control without a name", control);
  }
  for (const element of document.querySelectorAll("a[href], button, summary")) {
    const inner = [...element.querySelectorAll("img[alt], svg[aria-label]")];
    const alternative = inner.map((i) => i.getAttribute("alt") ?? i.getAttribute("aria-label")).join("");
    if (visible(element) && !element.textContent.trim() && !alternative && !named(element)) say("nothing to read", element);
  }
  for (const image of document.querySelectorAll("img")) {
    if (!image.hasAttribute("alt")) say("image without alt", image);
    else if (image.complete && image.naturalWidth === 0) say("image does not load", image);
  }
  for (const image of document.querySelectorAll("svg[role=img]")) {
    const title = image.querySelector(":scope > title")?.textContent.trim();
    if (!named(image) && !title) say("image without a name", image);
  }

  const headings = [...document.querySelectorAll("h1")].filter(visible);
  if (headings.length !== 1) found.push(`${headings.length} headings of the first order`);
  if (!document.title.trim()) found.push("no title");
  if (!root.lang) found.push("no language");
  for (const element of document.querySelectorAll("[style], style")) say("style that the policy forbids", element);
  return found;
}
