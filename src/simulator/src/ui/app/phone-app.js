// The mini program's page: templates to ask for, and the button that asks.

import { badge } from "./controls.js";
import { h, live } from "./dom.js";
import { t } from "./words.js";

/** wx.requestSubscribeMessage takes up to five templates, of one kind. */
const MOST = 5;
const STATES = {
  developer: () => t("开发版", "development version"),
  trial: () => t("体验版", "trial version"),
  formal: () => t("正式版", "released version"),
};

export function appScreen({ onSubscribe }) {
  const chosen = new Set();
  let phone = null;
  let opened = null;
  let busy = false;
  const body = live(h("div", { class: "phone-page" }), draw);

  const show = () => {
    if (phone) body.set({ mainSwitch: phone.mainSwitch, templates: phone.templates, chosen: [...chosen], opened });
  };
  const picked = () => phone.templates.filter((one) => chosen.has(one.id));

  function draw({ templates, mainSwitch }) {
    const kind = picked()[0]?.type;
    return [
      opened && openedNote(),
      h("p", { class: "phone-lead" }, t("选择要订阅的消息", "Messages to subscribe to")),
      templates.length === 0 &&
        h("p", { class: "phone-note" }, t("这个账号还没有模板。", "This account has no template.")),
      h(
        "ul",
        { class: "phone-list" },
        templates.map((one) => row(one, kind)),
      ),
      subscribeButton(),
      h("p", { class: "phone-note" }, hint(mainSwitch)),
    ];
  }

  function hint(mainSwitch) {
    if (!mainSwitch)
      return t(
        "“接收订阅消息”已关闭：不会弹窗，调用直接失败。",
        "Messages are switched off: no popup appears, the call fails.",
      );
    return t("一次最多 5 个，一次性和长期的不能混选。", "Up to five at a time; one-time and long-term do not mix.");
  }

  function openedNote() {
    const state = STATES[opened.state]?.() ?? opened.state;
    return h(
      "p",
      { class: "phone-opened", role: "status" },
      t("从消息进入：", "Opened from the message: "),
      h("code", {}, opened.page || t("（首页）", "(home page)")),
      state && ` · ${state}`,
    );
  }

  function row(one, kind) {
    const on = chosen.has(one.id);
    const blocked = !on && (chosen.size >= MOST || (kind !== undefined && one.type !== kind));
    const id = `pick-${one.id}`;
    const change = (event) => {
      if (event.target.checked) chosen.add(one.id);
      else chosen.delete(one.id);
      show();
    };
    const kept = { accept: t("总是允许", "always allowed"), reject: t("总是拒绝", "always refused") }[one.always];
    const facts = [
      one.type === 3 ? t("长期", "long-term") : t("一次性", "one-time"),
      t(`剩余 ${one.balance}`, `${one.balance} left`),
      kept,
    ];
    return h(
      "li",
      {},
      h("input", { type: "checkbox", id, checked: on, disabled: blocked, onchange: change }),
      h("label", { for: id }, h("span", {}, one.title || one.id), h("small", {}, facts.filter(Boolean).join(" · "))),
      one.banned && badge("fail", t("已封禁", "banned")),
    );
  }

  function subscribeButton() {
    const press = async () => {
      if (busy) return;
      busy = true;
      try {
        await onSubscribe(picked());
      } finally {
        busy = false;
      }
    };
    return h(
      "button",
      { type: "button", id: "subscribe", class: "phone-primary", disabled: chosen.size === 0, onclick: press },
      t("订阅消息", "Subscribe"),
    );
  }

  return {
    element: body.element,
    focus: () => document.getElementById("subscribe")?.focus(),
    reset() {
      chosen.clear();
      opened = null;
    },
    update(next, from) {
      phone = next;
      opened = from;
      for (const id of chosen) if (!next.templates.some((one) => one.id === id)) chosen.delete(id);
      show();
    },
  };
}
