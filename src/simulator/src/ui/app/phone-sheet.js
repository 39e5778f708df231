// The popup of wx.requestSubscribeMessage.

import { freshId, h } from "./dom.js";
import { t } from "./words.js";

/** `onClose` gets `{ results, always }`, or nothing when the popup was put away without an answer. */
export function promptSheet({ appid, templates, onClose }) {
  const title = freshId("sheet");
  const boxes = templates.map((one) => h("input", { type: "checkbox", id: freshId("ask"), checked: true }));
  const keep = h("input", { type: "checkbox", id: freshId("keep") });
  const allow = h("button", { type: "button", class: "phone-allow", onclick: () => answer(true) }, t("允许", "Allow"));
  const refuse = h(
    "button",
    { type: "button", class: "phone-refuse", onclick: () => answer(false) },
    t("拒绝", "Refuse"),
  );

  function answer(allowed) {
    const results = templates.map((one, i) => [one.id, allowed && boxes[i].checked ? "accept" : "reject"]);
    onClose({ results: Object.fromEntries(results), always: keep.checked });
  }

  const sheet = h(
    "div",
    { class: "phone-sheet", role: "dialog", "aria-modal": "true", "aria-labelledby": title },
    h(
      "p",
      { class: "phone-app" },
      h("span", { class: "phone-logo", "aria-hidden": "true" }, t("雁", "Y")),
      h("span", {}, appid),
    ),
    h("h3", { id: title }, t("申请发送以下消息", "Asks to send you these messages")),
    h(
      "ul",
      { class: "phone-asks" },
      templates.map((one, i) => ask(one, boxes[i])),
    ),
    h(
      "div",
      { class: "phone-keep" },
      keep,
      h("label", { for: keep.id }, t("总是保持以上选择，不再询问", "Always keep this choice, don't ask again")),
    ),
    h("div", { class: "phone-answers" }, refuse, allow),
  );
  const element = h("div", { class: "phone-scrim", onkeydown: (event) => onKey(event, sheet, onClose) }, sheet);
  return { element, focus: () => boxes[0].focus() };
}

function ask(one, box) {
  const lines = one.fields.map((line) => [h("dt", {}, line.label), h("dd", {}, line.example)]);
  const example = h("details", { class: "phone-example" }, h("summary", {}, t("示例", "Example")), h("dl", {}, lines));
  return h(
    "li",
    {},
    box,
    h("div", {}, h("label", { for: box.id }, one.title || one.id), one.fields.length > 0 && example),
  );
}

/** Escape puts the popup away; Tab stays inside. */
function onKey(event, sheet, onClose) {
  if (event.key === "Escape") {
    event.preventDefault();
    onClose();
  }
  if (event.key !== "Tab") return;
  const stops = [...sheet.querySelectorAll("input, button, summary")];
  const [first, last] = [stops[0], stops.at(-1)];
  const edge = event.shiftKey ? first : last;
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}
