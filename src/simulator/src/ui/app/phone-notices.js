// 服务通知: the messages that arrived, the newest at the bottom as in WeChat.

import { h, live } from "./dom.js";
import { clockTime, t } from "./words.js";

/** How near to the end one must be for a new message to scroll into view. */
const NEAR_PX = 40;

export function noticesScreen({ appid, onOpen }) {
  let messages = [];
  const body = live(h("div", { class: "phone-page phone-notices", tabindex: 0 }), draw);

  function draw() {
    if (messages.length === 0)
      return h("p", { class: "phone-blank" }, t("还没有收到消息。", "No message has arrived."));
    return messages.map((message) => [
      h(
        "p",
        { class: "phone-time" },
        h("time", { datetime: new Date(message.atMs).toISOString() }, clockTime(message.atMs)),
      ),
      notice(message),
    ]);
  }

  function notice(message) {
    const lines = message.lines.map((line) =>
      h("div", { class: "phone-row" }, h("dt", {}, line.label), h("dd", {}, line.value)),
    );
    return h(
      "article",
      { class: "phone-card" },
      h(
        "p",
        { class: "phone-app" },
        h("span", { class: "phone-logo", "aria-hidden": "true" }, t("雁", "Y")),
        h("span", {}, appid),
      ),
      h("h3", { class: "phone-title" }, message.title || message.templateId),
      h("dl", {}, lines),
      foot(message),
    );
  }

  /** Without a page the card leads nowhere (send: `page`). */
  function foot(message) {
    if (!message.page) return h("p", { class: "phone-foot off" }, t("没有设置跳转页面", "Leads to no page"));
    const words = h("span", {}, t("进入小程序查看", "Open the mini program"), h("code", {}, message.page));
    return h(
      "button",
      { type: "button", id: `open-${message.msgid}`, class: "phone-foot", onclick: () => onOpen(message) },
      words,
    );
  }

  return {
    element: body.element,
    update(phone) {
      const box = body.element;
      const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      messages = [...phone.messages].reverse();
      body.set(messages);
      if (atEnd) box.scrollTop = box.scrollHeight;
    },
  };
}
