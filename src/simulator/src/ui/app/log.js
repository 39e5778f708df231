// Section 记录: what came in, and whether anything was accepted twice.

import { get, remove } from "./api.js";
import { badge, card, confirmed, field, muted, select, table } from "./controls.js";
import { h, icon, live } from "./dom.js";
import { poll } from "./poll.js";
import { store } from "./store.js";
import { done } from "./toast.js";
import { clockTime, count, t } from "./words.js";

const EVERY_MS = 1000;
const SHOWN = 200;
const PATHS = [
  "/cgi-bin/message/subscribe/send",
  "/cgi-bin/stable_token",
  "/cgi-bin/token",
  "/sns/jscode2session",
  "/wxaapi/newtmpl/gettemplate",
  "/cgi-bin/openapi/quota/get",
  "/cgi-bin/clear_quota",
  "unknown",
];

export function logPage() {
  const path = select("", [["", t("全部接口", "All calls")], ...PATHS.map((one) => [one, one])]);
  const repeats = live(h("div"), drawRepeats);
  const numbers = live(h("div", { class: "stats" }), drawNumbers);
  const calls = live(h("div"), drawCalls);
  const polling = poll(async (signal) => {
    const [log, summary] = await Promise.all([
      get("calls", { limit: SHOWN, path: path.value }, signal),
      get("sends/summary", {}, signal),
    ]);
    repeats.set(summary.repeats);
    numbers.set({ ...summary, total: log.total, pushes: store.state?.pushes });
    calls.set(log.calls);
  }, EVERY_MS);
  path.addEventListener("change", polling.now);
  const clear = confirmed(t("清空记录", "Clear the log"), async () => {
    await remove("log");
    await Promise.all([polling.now(), store.refresh()]);
    done(
      t(
        "记录和手机上的消息已清空；账号、授权和凭证还在。",
        "The log and the phones' messages are cleared; accounts, grants and tokens stay.",
      ),
    );
  });
  const list = card(
    t("最近的调用", "Latest calls"),
    h("div", { class: "with-button" }, field(t("接口", "Call"), path), clear),
    calls.element,
  );
  return { element: h("div", { class: "stack" }, repeats.element, numbers.element, list), stop: polling.stop };
}

function drawRepeats(repeats) {
  if (repeats.length === 0) {
    return h(
      "div",
      { class: "flash success" },
      icon("check"),
      h(
        "p",
        {},
        h("strong", {}, t("重复收下的消息：0", "Messages accepted more than once: 0")),
        " ",
        t(
          "同一人、同一模板、同样的内容，没有发过两遍。",
          "Nobody was sent the same content of the same template twice.",
        ),
      ),
    );
  }
  const heads = [
    "AppID",
    "openid",
    t("模板", "Template"),
    t("内容的摘要", "Hash of the content"),
    [t("次数", "Times"), "num"],
  ];
  const rows = repeats.map((one) => [
    h("code", {}, one.appid),
    h("code", {}, one.openid),
    h("code", {}, one.templateId),
    h("code", {}, one.content),
    count(one.times),
  ]);
  return h(
    "div",
    { class: "stack tight" },
    h(
      "div",
      { class: "flash fail", role: "alert" },
      icon("faults"),
      h(
        "p",
        {},
        h(
          "strong",
          {},
          t(`重复收下的消息：${count(repeats.length)}`, `Messages accepted more than once: ${count(repeats.length)}`),
        ),
        " ",
        t(
          "发送方把同样的内容给同一个人发了不止一遍。",
          "The sender sent the same content to the same person more than once.",
        ),
      ),
    ),
    table(t("重复收下的消息", "Messages accepted more than once"), heads, rows),
  );
}

function drawNumbers({ total, accepted, maxPerOpenid, pushes }) {
  const tiles = [
    [t("收到的调用", "Calls"), total],
    [t("收下的发送", "Sends accepted"), accepted],
    [t("一人最多收到", "Most for one person"), maxPerOpenid],
    [t("推送被收下", "Pushes taken"), pushes?.delivered ?? 0],
    [t("推送被放弃", "Pushes given up"), pushes?.failed ?? 0],
  ];
  return tiles.map(([label, value]) =>
    h(
      "div",
      { class: "stat" },
      h("span", { class: "stat-label" }, label),
      h("span", { class: "stat-value" }, count(value)),
    ),
  );
}

function drawCalls(calls) {
  const heads = [
    t("时间", "Time"),
    t("结果", "Outcome"),
    t("接口", "Call"),
    [t("耗时", "Took"), "num"],
    "openid",
    t("模板", "Template"),
  ];
  const rows = calls.map((call) => [
    h("time", { datetime: new Date(call.timeMs).toISOString() }, clockTime(call.timeMs)),
    outcome(call),
    h("code", {}, call.path),
    `${count(call.durationMs)} ms`,
    call.openid && h("code", {}, call.openid),
    call.templateId && h("code", {}, call.templateId),
  ]);
  return calls.length === 0
    ? muted(t("还没有调用。", "No call yet."))
    : table(t("最近的调用", "Latest calls"), heads, rows);
}

/** The code may be of an answer that a fault then spoilt; whether the message was taken is said beside it. */
function outcome({ errcode, accepted, answered, spoilt, read }) {
  const code = errcode === null || errcode === undefined ? t("无", "none") : String(errcode);
  const marks = [badge(errcode === 0 ? "success" : "fail", code)];
  if (accepted) marks.push(badge("info", t("已收下", "taken")));
  if (!answered) marks.push(badge("warn", t("没有回答", "not answered")));
  if (answered && spoilt) marks.push(badge("warn", t("回答被破坏", "answer spoilt")));
  if (!read) marks.push(badge("warn", t("没有读完", "not read")));
  return h("span", { class: "row" }, marks);
}
