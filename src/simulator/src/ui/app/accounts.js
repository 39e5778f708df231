// Section 账号: the simulated mini programs.

import { post } from "./api.js";
import { INVALID, badge, button, card, field, input, table } from "./controls.js";
import { h, live } from "./dom.js";
import { accountCards } from "./account-settings.js";
import { grantsCard } from "./account-grants.js";
import { templatesCard } from "./account-templates.js";
import { address, go, store } from "./store.js";
import { done } from "./toast.js";
import { count, t } from "./words.js";

export function accountsPage({ appid }) {
  const list = live(h("div"), (accounts) => drawList(accounts, appid));
  const unsubscribe = store.subscribe((state) => list.set(state.accounts));
  const grants = appid && grantsCard(appid);
  const templates = appid && templatesCard(appid, grants.offer);
  const details = appid && [accountCards(appid, grants.element), templates.element];
  return {
    element: h("div", { class: "stack" }, card(t("全部账号", "All accounts"), list.element, adding()), details),
    stop() {
      unsubscribe();
      if (templates) templates.stop();
    },
  };
}

function drawList(accounts, appid) {
  const heads = [
    "AppID",
    t("状况", "State"),
    [t("模板", "Templates"), "num"],
    [t("用户", "People"), "num"],
    [t("今日发送", "Sent today"), "num"],
  ];
  const rows = accounts.map((account) => [
    h(
      "a",
      {
        id: `account-${account.appid}`,
        href: address({ page: "accounts", appid: account.appid }),
        "aria-current": account.appid === appid ? "true" : undefined,
      },
      h("code", {}, account.appid),
    ),
    h("span", { class: "row" }, troubles(account)),
    count(account.templateCount),
    count(account.peopleCount),
    `${count(account.quotaUsed)} / ${count(account.dailySends)}`,
  ]);
  return table(t("全部账号", "All accounts"), heads, rows, t("还没有账号。", "No account yet."));
}

function troubles(account) {
  const found = [
    !account.ipAllowed && t("IP 不在白名单", "IP not allowed"),
    account.ipUnconfirmed && t("IP 待确认", "IP unconfirmed"),
    account.secretFrozen && t("密钥已冻结", "secret frozen"),
    !account.authorized && t("无权发送", "may not send"),
    account.quotaUsed >= account.dailySends && t("额度用完", "quota used up"),
  ].filter(Boolean);
  return found.length > 0 ? found.map((words) => badge("warn", words)) : badge("success", t("正常", "in order"));
}

function adding() {
  const appid = input("", { class: "code", placeholder: "wx0123456789abcdef", maxlength: 64 });
  const secret = input("", {
    class: "code",
    placeholder: t("留空则随机生成", "Empty: made up at random"),
    maxlength: 128,
  });
  const appidField = field("AppID", appid);
  const secretField = field("AppSecret", secret);
  const add = button(t("添加", "Add"), async () => {
    const wanted = appid.value.trim();
    if (!appidField.problem(problemOf(wanted))) return INVALID;
    await post("accounts", { appid: wanted, secret: secret.value.trim() || randomHex() });
    await store.refresh();
    done(t(`已添加 ${wanted}`, `Added ${wanted}`));
    return go({ appid: wanted });
  });
  return h(
    "details",
    { class: "more" },
    h("summary", {}, t("添加账号", "Add an account")),
    h("div", { class: "fields" }, appidField, secretField),
    h("div", { class: "row" }, add),
  );
}

/** The server overwrites an account of the same AppID; adding must not. */
function problemOf(appid) {
  if (!appid) return t("请填写 AppID。", "Please enter an AppID.");
  if (!/^[A-Za-z0-9_-]+$/.test(appid)) return t("只能用字母、数字、- 和 _。", "Letters, digits, - and _ only.");
  return store.account(appid) ? t("已有这个账号。", "There is an account of that AppID.") : "";
}

function randomHex() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
