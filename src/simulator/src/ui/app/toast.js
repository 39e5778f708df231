// Short words about what was just done. Failures stay until they are closed.

import { fill, h, icon } from "./dom.js";
import { t } from "./words.js";

const SHOWN_MS = 4000;
let polite;
let assertive;

/** Makes the two regions that screen readers listen to. */
export function mountToasts(host) {
  polite = h("div", { role: "status", class: "toast-region" });
  assertive = h("div", { role: "alert", class: "toast-region" });
  fill(host, polite, assertive);
}

export function done(text) {
  const box = h("div", { class: "toast success" }, icon("check"), h("p", {}, text));
  fill(polite, box);
  setTimeout(() => box.remove(), SHOWN_MS);
}

export function failed(text) {
  const close = h(
    "button",
    { type: "button", class: "button quiet small", "aria-label": t("关闭", "Close"), onclick: () => box.remove() },
    icon("close"),
  );
  const box = h("div", { class: "toast fail" }, icon("faults"), h("p", {}, text), close);
  fill(assertive, box);
}
