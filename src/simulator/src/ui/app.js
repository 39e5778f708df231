// The frame around the sections: navigation, account, language.

import { accountsPage } from "./app/accounts.js";
import { onReachable } from "./app/api.js";
import { callbackPage } from "./app/callback.js";
import { fill, freshId, h, icon, live } from "./app/dom.js";
import { faultsPage } from "./app/faults.js";
import { logPage } from "./app/log.js";
import { phonePage } from "./app/phone.js";
import { address, go, store, where } from "./app/store.js";
import { mountToasts } from "./app/toast.js";
import { onLanguage, switchLanguage, t } from "./app/words.js";

const pages = {
  phone: {
    make: phonePage,
    title: () => t("手机", "Phone"),
    about: () =>
      t("扮演小程序的用户：订阅、拒绝、收消息。", "Play a user of the mini program: subscribe, refuse, receive."),
  },
  accounts: {
    make: accountsPage,
    title: () => t("账号", "Accounts"),
    about: () =>
      t(
        "模拟的小程序、它们的模板和用户的授权。",
        "The simulated mini programs, their templates and their users' grants.",
      ),
  },
  callback: {
    make: callbackPage,
    title: () => t("回调", "Callback"),
    about: () =>
      t("消息推送：推到哪里、什么样子、推得多不可靠。", "Message push: where to, in which shape, and how unreliably."),
  },
  faults: {
    make: faultsPage,
    title: () => t("故障", "Faults"),
    about: () => t("让平台的接口变慢、出错、断开。", "Make the platform's calls slow, wrong or broken."),
  },
  log: {
    make: logPage,
    title: () => t("记录", "Log"),
    about: () =>
      t("模拟器收到的调用，以及有没有重复的消息。", "The calls that came in, and whether a message came twice."),
  },
};

const root = document.getElementById("app");
let shell;
let shown;

function start() {
  shown?.page.stop?.();
  shown = undefined;
  document.documentElement.lang = t("zh-CN", "en");
  mountToasts(document.getElementById("toasts"));
  shell = frame();
  fill(root, shell.elements);
  shell.follow(store.state);
  show();
}

function frame() {
  const nav = live(h("ul"), drawNav);
  const choice = live(h("div", { class: "switcher" }), drawSwitcher);
  const lost = h("div", { class: "flash fail", role: "alert", hidden: true });
  const main = h("main", { class: "main", id: "main", tabindex: -1 });
  const language = h(
    "button",
    { type: "button", class: "button quiet small", id: "language", lang: t("en", "zh-CN"), onclick: switchLanguage },
    icon("globe"),
    t("English", "中文"),
  );
  const side = h(
    "header",
    { class: "side" },
    h(
      "div",
      { class: "brand" },
      h("img", { src: "app/favicon.svg", alt: "", width: 24, height: 24 }),
      t("微信模拟器", "WeChat simulator"),
    ),
    choice.element,
    h("nav", { class: "nav", "aria-label": t("主导航", "Main") }, nav.element),
    h(
      "div",
      { class: "side-foot" },
      h(
        "p",
        { class: "small muted" },
        t(
          "代替 api.weixin.qq.com，只在内存里；不会联系微信。",
          "Stands in for api.weixin.qq.com, in memory only; it never contacts WeChat.",
        ),
      ),
      language,
    ),
  );
  const skip = h(
    "a",
    {
      class: "skip",
      href: "#main",
      onclick: (event) => {
        event.preventDefault();
        main.focus();
      },
    },
    t("跳到内容", "Skip to content"),
  );
  const follow = (state) => {
    const at = where();
    nav.set({ ...at, language: t("zh", "en") });
    choice.set({ appid: at.appid, known: state?.accounts.map((account) => account.appid) ?? [] });
  };
  return { elements: [skip, h("div", { class: "app" }, side, main)], main, lost, follow };
}

function drawNav(at) {
  return Object.entries(pages).map(([page, { title }]) =>
    h(
      "li",
      {},
      h(
        "a",
        { id: `nav-${page}`, href: address({ ...at, page }), "aria-current": page === at.page ? "page" : undefined },
        icon(page),
        title(),
      ),
    ),
  );
}

function drawSwitcher({ appid, known }) {
  if (known.length === 0) return h("span", { class: "small muted" }, t("还没有账号", "No account yet"));
  const options = known.map((one) => h("option", { value: one, selected: one === appid }, one));
  return [
    h("label", { class: "small muted", for: "account" }, t("当前小程序", "Mini program")),
    h("select", { id: "account", onchange: (event) => go({ appid: event.target.value }) }, options),
  ];
}

/** Draws the section of the address, unless it stands there already. */
function show() {
  if (!store.state) return fill(shell.main, shell.lost, h("p", { class: "muted" }, t("正在读取……", "Loading…")));
  const at = where();
  if (!store.account(at.appid) && store.state.accounts.length > 0)
    return go({ appid: store.state.accounts[0].appid }, { replace: true });
  shell.follow(store.state);
  if (shown?.name === at.page && shown.appid === at.appid) return shown.page.follow?.(at);
  const turned = shown && shown.name !== at.page;
  shown?.page.stop?.();
  const { make, title, about } = pages[at.page];
  const page = make(at);
  const heading = h("h1", { tabindex: -1, id: freshId("title") }, title());
  fill(
    shell.main,
    shell.lost,
    h("div", { class: "page-title" }, heading, h("p", { class: "muted" }, about())),
    page.element,
  );
  shown = { name: at.page, appid: at.appid, page };
  document.title = `${title()} · ${t("微信模拟器 · 雁书", "WeChat simulator · Yanshu")}`;
  if (turned) {
    heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
  return undefined;
}

onReachable((reachable) => {
  shell.lost.hidden = reachable;
  fill(
    shell.lost,
    icon("faults"),
    h("p", {}, t("连不上模拟器，正在重试……", "The simulator cannot be reached; trying again…")),
  );
});
onLanguage(() => {
  start();
  document.getElementById("language")?.focus();
});
window.addEventListener("hashchange", show);
start();
store.subscribe((state) => {
  shell.follow(state);
  show();
});
store.start();
