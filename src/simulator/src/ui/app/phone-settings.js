// The mini program's settings: the main switch, and what was decided once and for all per template.

import { toggle } from "./controls.js";
import { h, live } from "./dom.js";
import { t } from "./words.js";

export function settingsScreen({ onSetting }) {
  const body = live(h("div", { class: "phone-page" }), draw);

  function draw({ mainSwitch, templates }) {
    const main = toggle(
      t("接收订阅消息", "Receive subscribe messages"),
      mainSwitch,
      (on) => onSetting({ mainSwitch: on, accept: on }),
      undefined,
      { id: "main-switch" },
    );
    return [
      h("div", { class: "phone-group" }, main),
      h(
        "p",
        { class: "phone-note" },
        t(
          "关闭后，订阅请求直接失败（20004），发送返回 43101；授权还在。",
          "While off, requests to subscribe fail (20004) and sends are answered 43101; grants stay.",
        ),
      ),
      h(
        "ul",
        { class: "phone-list" },
        templates.map((one) => row(one, mainSwitch)),
      ),
      h(
        "p",
        { class: "phone-note" },
        t(
          "拒绝会清空剩余次数（微信没有公布，这是最严格的假设）并推送 subscribe_msg_change_event；允许不推送事件。",
          "Refusing empties what is left (WeChat does not publish this; it is the strictest reading) and pushes subscribe_msg_change_event; allowing pushes nothing.",
        ),
      ),
    ];
  }

  function row(one, mainSwitch) {
    const kept =
      { accept: t("总是允许", "Always allowed"), reject: t("总是拒绝", "Always refused") }[one.always] ??
      t("每次询问", "Asks every time");
    const choice = (accept, words) =>
      h(
        "button",
        {
          type: "button",
          id: `set-${accept}-${one.id}`,
          class: "phone-choice",
          disabled: !mainSwitch,
          "aria-pressed": String(one.always === (accept ? "accept" : "reject")),
          "aria-label": `${words}: ${one.title || one.id}`,
          onclick: () => onSetting({ templateId: one.id, accept }),
        },
        words,
      );
    return h(
      "li",
      {},
      h("div", { class: "grow" }, h("span", {}, one.title || one.id), h("small", {}, kept)),
      choice(true, t("允许", "Allow")),
      choice(false, t("拒绝", "Refuse")),
    );
  }

  return { element: body.element, update: ({ mainSwitch, templates }) => body.set({ mainSwitch, templates }) };
}
