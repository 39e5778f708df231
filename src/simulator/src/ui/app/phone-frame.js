// The phone itself, with its three screens: the mini program, its settings, and 服务通知.

import { fill, h, live } from "./dom.js";
import { appScreen } from "./phone-app.js";
import { noticesScreen } from "./phone-notices.js";
import { settingsScreen } from "./phone-settings.js";
import { promptSheet } from "./phone-sheet.js";
import { tabs } from "./phone-tabs.js";
import { t } from "./words.js";

export function phoneFrame({ appid, onAnswer, onSetting }) {
  let phone = null;
  let seen = null;
  let opened = null;
  let tab = "app";
  let dropSheet = null;
  const app = appScreen({ onSubscribe: subscribe });
  const notices = noticesScreen({ appid, onOpen: open });
  const settings = settingsScreen({ onSetting });
  const screens = { app: app.element, notices: notices.element, settings: settings.element };
  const bar = live(h("div", { class: "phone-bar" }), () =>
    h("span", {}, tab === "notices" ? t("服务通知", "Service messages") : appid),
  );
  const switcher = tabs(
    { app: t("小程序", "Mini program"), notices: t("服务通知", "Messages"), settings: t("设置", "Settings") },
    screens,
    (chosen) => {
      tab = chosen;
      draw();
    },
  );
  const blank = h("p", { class: "phone-blank" }, t("先选择或新建一位用户。", "Choose a person first, or make one up."));
  const content = h("div", { class: "phone-content" }, bar.element, blank, Object.values(screens), switcher.element);
  const screen = h("div", { class: "phone-screen" }, content);
  const element = h("section", { class: "phone", "aria-label": t("手机", "Phone") }, screen);
  reset();

  function reset() {
    phone = null;
    seen = null;
    opened = null;
    app.reset();
    closeSheet();
    switcher.choose("app");
  }

  /** Also when another person is chosen while the popup is open: whoever waits for its answer must not wait on. */
  function closeSheet() {
    fill(screen, content);
    content.inert = false;
    dropSheet?.();
    dropSheet = null;
  }

  function draw() {
    blank.hidden = phone !== null;
    content.classList.toggle("off", phone === null);
    bar.set(tab);
    if (!phone) return;
    const arrived = phone.messages.map((message) => message.msgid);
    if (seen === null || tab === "notices") seen = new Set(arrived);
    switcher.count("notices", arrived.filter((msgid) => !seen.has(msgid)).length);
    app.update(phone, opened);
    notices.update(phone);
    settings.update(phone);
  }

  function open(message) {
    opened = { page: message.page, state: message.miniprogramState };
    switcher.choose("app", { focus: true });
  }

  /** As `wx.requestSubscribeMessage`: the popup asks only where no earlier choice stands and the switch is on. */
  async function subscribe(templates) {
    const asking = phone.mainSwitch ? asked(templates) : [];
    // In the order of the call: of two templates with one title the first counts.
    const all = (answers) =>
      Object.fromEntries(templates.map((one) => [one.id, answers[one.id] ?? one.always ?? "reject"]));
    if (asking.length === 0) return onAnswer(all({}), { always: false, popup: false });
    const answer = await ask(asking);
    if (!answer) return undefined;
    return onAnswer(all(answer.results), { always: answer.always, popup: true });
  }

  /** What was answered in the popup; nothing where it was put away. */
  function ask(templates) {
    return new Promise((resolve) => {
      dropSheet = resolve;
      const onClose = (answer) => {
        resolve(answer);
        closeSheet();
        app.focus();
      };
      const sheet = promptSheet({ appid, templates, onClose });
      content.inert = true;
      screen.append(sheet.element);
      sheet.focus();
    });
  }

  return {
    element,
    reset,
    update(next) {
      phone = next;
      draw();
    },
  };
}

/** The templates that the popup shows: neither banned, nor of a title that came before, nor decided for good. */
function asked(templates) {
  const titles = new Set();
  return templates.filter((one) => {
    if (one.banned || titles.has(one.title)) return false;
    titles.add(one.title);
    return !one.always;
  });
}
