// The pushes that wait, and the log of those that were tried.

import { post, put } from "./api.js";
import { attempt, badge, button, card, table, toggle } from "./controls.js";
import { h, live } from "./dom.js";
import { store } from "./store.js";
import { done } from "./toast.js";
import { clockTime, count, t } from "./words.js";

/** More rows than this are not drawn; “deliver all” takes them along. */
const SHOWN = 50;

export function pendingCard(appid, again) {
  const list = live(h("div", { class: "stack tight" }), draw);
  const hold = toggle(
    t("扣住推送", "Hold pushes"),
    false,
    setHeld,
    t(
      "推送只排队，由你决定何时、按什么顺序送出。",
      "Pushes only queue up; you choose when and in which order they leave.",
    ),
    { id: "hold-pushes" },
  );
  const unsubscribe = store.subscribe(({ settings }) => {
    hold.box.checked = settings.holdPushes;
  });

  async function setHeld(on, box) {
    const saved = await attempt(async () => {
      await put("settings", { ...store.state.settings, holdPushes: on });
      await store.refresh();
    });
    if (!saved) box.checked = !on;
  }

  const deliver = (what) => async () => {
    const answer = await post("pushes/deliver", what);
    await Promise.all([again(), store.refresh()]);
    tell(answer);
  };

  function draw(pushes) {
    const heads = [t("事件", "Event"), [t("操作", "Actions"), "actions"]];
    const rows = pushes
      .slice(0, SHOWN)
      .map((push) => [
        h(
          "span",
          { class: "wraps" },
          h("code", {}, push.event),
          push.appid !== appid && h("span", { class: "small muted" }, ` ${push.appid}`),
          push.attempts > 0 && ` · ${t(`已试 ${push.attempts} 次`, `tried ${push.attempts} ×`)}`,
          push.duplicate && [" ", badge("neutral", t("重复", "copy"))],
          push.openid && [h("br"), h("code", { class: "small muted" }, push.openid)],
        ),
        button(t("送出", "Deliver"), deliver({ ids: [push.id] }), { class: "small", id: `deliver-${push.id}` }),
      ]);
    return [
      table(t("等待的推送", "Pending pushes"), heads, rows, t("没有等待的推送。", "Nothing is pending.")),
      pushes.length > SHOWN &&
        h(
          "p",
          { class: "small muted" },
          t(`还有 ${count(pushes.length - SHOWN)} 条。`, `${count(pushes.length - SHOWN)} more.`),
        ),
      pushes.length > 0 &&
        h("div", { class: "row" }, button(t("全部送出", "Deliver all"), deliver({}), { id: "deliver-all" })),
    ];
  }

  return {
    element: card(t("等待的推送", "Pending pushes"), h("div", { class: "stack" }, hold, list.element)),
    update: list.set,
    stop: unsubscribe,
  };
}

function tell(pushed) {
  const taken = pushed.filter((one) => one.delivered).length;
  done(
    t(
      `送出 ${count(pushed.length)} 条，对方收下 ${count(taken)} 条。`,
      `${count(pushed.length)} pushed, ${count(taken)} taken.`,
    ),
  );
}

export function pushesCard() {
  const list = live(h("div"), draw);
  const totals = live(h("p", { class: "muted" }), ({ pending, delivered, failed, lost }) =>
    t(
      `所有账号：等待 ${count(pending)} · 收下 ${count(delivered)} · 放弃 ${count(failed)} · 队列满而丢弃 ${count(lost)}`,
      `All accounts: ${count(pending)} pending · ${count(delivered)} taken · ${count(failed)} given up · ${count(lost)} lost to a full queue`,
    ),
  );
  const element = card(t("推送记录", "Log of pushes"), totals.element, list.element);

  function draw(pushes) {
    const heads = [
      t("时间", "Time"),
      t("事件", "Event"),
      "openid",
      [t("第几次", "Attempt"), "num"],
      t("结果", "Outcome"),
      [t("耗时", "Took"), "num"],
      t("回答", "Answer"),
    ];
    const rows = pushes.map((push) => [
      h("time", { datetime: new Date(push.atMs).toISOString() }, clockTime(push.atMs)),
      h("span", {}, h("code", {}, push.event), push.duplicate && [" ", badge("neutral", t("重复", "copy"))]),
      h("code", {}, push.openid || "—"),
      String(push.attempt),
      badge(push.delivered ? "success" : "fail", push.status ? `HTTP ${push.status}` : t("没有回答", "no answer")),
      `${count(push.durationMs)} ms`,
      h("span", { class: "lines small answer" }, push.body || t("（空）", "(empty)")),
    ]);
    return table(t("推送记录", "Log of pushes"), heads, rows, t("还没有推送。", "Nothing was pushed yet."));
  }

  return {
    element,
    update(pushes) {
      list.set(pushes);
      if (store.state) totals.set(store.state.pushes);
    },
  };
}
