// Ready-made faults, each with the one number that one wants to choose.

import { changeAccount } from "./account-settings.js";
import { post } from "./api.js";
import { button, card, muted, number } from "./controls.js";
import { freshId, h } from "./dom.js";
import { store } from "./store.js";
import { done, failed } from "./toast.js";
import { count, t } from "./words.js";

const SEND = "/cgi-bin/message/subscribe/send";
/** The choice by probability is repeatable by its seed; another one each time makes mixes independent of each other. */
const seed = () => Math.floor(Math.random() * 2 ** 32);
const share = (percent, action) => [{ match: { path: SEND, probability: percent / 100, seed: seed() }, action }];

const PERCENT = { unit: "%", min: 0.1, max: 100, step: "any" };
const MIXES = [
  {
    words: () => t("发送返回 43101（用户拒收）", "Sends answered 43101 (refused by the person)"),
    value: 5,
    ...PERCENT,
    rules: (n) => share(n, { kind: "errcode", errcode: 43101 }),
  },
  {
    words: () => t("发送返回 -1（系统繁忙）", "Sends answered -1 (system busy)"),
    value: 2,
    ...PERCENT,
    rules: (n) => share(n, { kind: "errcode", errcode: -1 }),
  },
  {
    words: () => t("发送变慢", "Slow sends"),
    value: 2,
    unit: () => t("秒", "s"),
    min: 0.1,
    max: 600,
    step: "any",
    rules: (n) => [{ match: { path: SEND }, action: { kind: "delay", ms: Math.round(n * 1000) } }],
  },
  {
    words: () => t("收下后断开，不回答", "Taken, then closed without an answer"),
    value: 2,
    ...PERCENT,
    rules: (n) => share(n, { kind: "drop_after" }),
  },
  {
    words: () => t("还没收下就断开", "Closed before it is taken"),
    value: 2,
    ...PERCENT,
    rules: (n) => share(n, { kind: "drop_before" }),
  },
  {
    words: () => t("网关返回 HTML 502", "An HTML 502 from a gateway"),
    value: 2,
    ...PERCENT,
    rules: (n) => share(n, { kind: "html", status: 502 }),
  },
  {
    words: () => t("收下，但回答只有一半", "Taken, but the answer is cut in half"),
    value: 2,
    ...PERCENT,
    rules: (n) => share(n, { kind: "truncated", accept: true }),
  },
];

export function mixesCard(appid, again) {
  const rows = MIXES.map((mix) =>
    row(mix, async (n) => {
      await post("faults", mix.rules(n));
      await again();
      done(t("规则已加上", "Rule added"));
    }),
  );
  return card(
    t("现成的故障", "Ready-made faults"),
    h("div", { class: "mixes" }, rows, appid && quotaRow(appid)),
    muted(
      t(
        "按比例的规则各自掷骰子；先碰上的那条生效，延迟会叠加。",
        "Each rule by share throws its own dice; the first that strikes counts, delays add up.",
      ),
    ),
  );
}

/** The quota is a setting of the account, not a rule: it is counted as the platform counts it. */
function quotaRow(appid) {
  const words = () =>
    t(`再发 n 条后返回 45009（${appid} 的每日额度）`, `45009 after n more sends (the daily quota of ${appid})`);
  return row({ words, value: 100, unit: () => t("条", "sends"), min: 0, max: 30_000_000, step: 1 }, async (n) => {
    await store.refresh();
    const dailySends = store.account(appid).quotaUsed + n;
    await changeAccount(appid, { dailySends });
    done(t(`每日额度设为 ${count(dailySends)}`, `The daily quota is now ${count(dailySends)}`));
  });
}

function row({ words, value, unit, min, max, step }, add) {
  const id = freshId("mix");
  const control = number(value, { id: `${id}-n`, min, max, step, "aria-labelledby": `${id} ${id}-unit` });
  const press = async () => {
    const right = control.checkValidity() && Number.isFinite(control.valueAsNumber);
    control.setAttribute("aria-invalid", String(!right));
    if (!right) control.focus();
    if (!right) return failed(t(`请填 ${min} – ${max}。`, `Please enter ${min} – ${max}.`));
    return add(control.valueAsNumber);
  };
  const label = t("加上", "Add");
  return h(
    "div",
    { class: "mix" },
    h("span", { id, class: "grow" }, words()),
    h(
      "span",
      { class: "amount" },
      control,
      h("span", { id: `${id}-unit`, class: "small muted" }, typeof unit === "function" ? unit() : unit),
    ),
    button(label, press, { class: "small", "aria-label": `${label}: ${words()}` }),
  );
}
